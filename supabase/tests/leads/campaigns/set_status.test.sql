begin;
select plan(10);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Launch');
select tests.create_campaign('globex', 'Foreign');
select tests.watch('globex');
select tests.new_events();
select tests.act_as('acme', 'manager');

select is((public.set_campaign_status(tests.id('acme/Launch'), 'active')).status, 'active', 'a draft becomes active');
select results_eq(
  $$ select action, entity_id, before, after from tests.new_events() $$,
  $$ values ('campaign.status_set', tests.id('acme/Launch'), '{"status": "draft"}'::jsonb, '{"status": "active"}'::jsonb) $$,
  'one audit event tells of it');
select throws_ok($$ select public.set_campaign_status(tests.id('acme/Launch'), 'draft') $$,
  'PT409', 'invalid_transition', 'a move that is not listed is refused');
select throws_ok(format('select public.set_campaign_status(tests.id(%L), %L)', 'acme/Launch', s),
  'PT422', 'campaign_status_unknown', format('%L is no status', s)) from unnest(array['running', '', null]) as s;
select throws_ok($$ select public.set_campaign_status(tests.id('globex/Foreign'), 'active') $$,
  'PT404', 'campaign_not_found', 'another agency''s campaign is not found');
select tests.act_as('acme', 'sales');
select throws_ok($$ select public.set_campaign_status(tests.id('acme/Launch'), 'paused') $$,
  'PT403', 'permission_denied', 'sales does not move it');
select is_empty($$ select from tests.new_events() $$, 'nothing of this left an event');
select tests.is_untouched('globex');

select * from finish();
rollback;
