begin;
select plan(11);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Launch', '{"description": "Old", "target_leads": 5, "tags": ["a"], "goals": {"x": 1}}');
select tests.create_campaign('globex', 'Foreign');
select tests.watch('globex');
select tests.new_events();
select tests.act_as('acme', 'manager');

select results_eq(
  $$ select name, description, target_leads, tags, goals, status::text
       from public.update_campaign(tests.id('acme/Launch'), '{"description": null, "goals": {"y": null}}') $$,
  $$ values ('Launch', null::text, 5, '{a}'::text[], '{"y": null}'::jsonb, 'draft') $$,
  'what is named changes, null clears, the rest stays');
select results_eq(
  $$ select agency_id, action, entity_id, before, after from tests.new_events() $$,
  $$ values (tests.id('acme'), 'campaign.updated', tests.id('acme/Launch'),
       '{"description": "Old", "goals": {"x": 1}}'::jsonb, '{"description": null, "goals": {"y": null}}'::jsonb) $$,
  'one audit event tells just the difference');

select throws_ok($$ select public.update_campaign(tests.id('acme/Launch'), '{"status": "active"}') $$,
  'PT422', 'unknown_field', 'the status does not move this way');
select throws_ok($$ select public.update_campaign(tests.id('acme/Launch'), '{"deleted_at": null, "name": "x"}') $$,
  'PT422', 'unknown_field', 'nor does anything else that is no field');
select throws_ok($$ select public.update_campaign(tests.id('acme/Launch'), 'null') $$, 'PT422', 'not_an_object', 'changes are an object');
select throws_ok($$ select public.update_campaign(tests.id('globex/Foreign'), '{"name": "Mine"}') $$,
  'PT404', 'campaign_not_found', 'another agency''s campaign is not found');
select tests.act_as('acme', 'analyst');
select throws_ok($$ select public.update_campaign(tests.id('acme/Launch'), '{"name": "Mine"}') $$,
  'PT403', 'permission_denied', 'who may read it may not change it');
select tests.act_as('acme', 'coach');
select throws_ok($$ select public.update_campaign(tests.id('acme/Launch'), '{"name": "Mine"}') $$,
  'PT404', 'campaign_not_found', 'who may not read it does not find it');
select throws_ok($$ update public.campaigns set name = 'Mine' $$, '42501', null, 'nobody writes the table');

select tests.act_as_postgres();
select is(name, 'Launch', 'no refused change has happened') from public.campaigns where id = tests.id('acme/Launch');
select tests.is_untouched('globex');

select * from finish();
rollback;
