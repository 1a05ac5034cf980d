begin;
select plan(8);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'One');
select tests.create_campaign('acme', 'Two');
select tests.create_campaign('globex', 'Foreign');
select tests.create_lead('acme', 'One', '{"email": "lead@x.test"}');
select tests.create_lead('acme', 'One', '{"email": "deleted@x.test"}');
select tests.create_lead('globex', 'Foreign', '{"email": "foreign@x.test"}');
update public.leads set deleted_at = now() where email = 'deleted@x.test';
select tests.watch('globex');

select tests.act_as('acme', 'manager');
select is(public.import_leads(tests.id('acme/Two'),
    '[{"email": "lead@x.test", "city": "Rome"}, {"email": "foreign@x.test"}, {"email": "deleted@x.test"}]') - 'errors',
  '{"created": 2, "updated": 1, "duplicate": 0, "rejected": 0}',
  'a lead of another campaign is filled; another agency''s, and a deleted one, is new');
select is((tests.lead('acme/lead@x.test')).campaign_id, tests.id('acme/One'), 'it stays in its campaign');
select is((tests.lead('acme/deleted@x.test')).deleted_at is not null, true, 'what was deleted stays deleted');
select is(public.import_leads(tests.id('acme/Two'), '[{"email": "deleted@x.test", "city": "Oslo"}]') -> 'updated', '1', 'the one that took its place is filled');
select is((tests.lead('acme/deleted@x.test')).city, null, 'and the deleted one is not');
select throws_ok($$ select public.import_leads(tests.id('globex/Foreign'), '[{"email": "x@x.test"}]') $$,
  'PT404', 'campaign_not_found', 'nobody imports into another agency');
select tests.act_as('acme', 'analyst');
select throws_ok($$ select public.import_leads(tests.id('acme/One'), '[{"email": "x@x.test"}]') $$,
  'PT403', 'permission_denied', 'nor without the permission');
select tests.is_untouched('globex');

select * from finish();
rollback;
