-- In one statement, for everybody, with nothing deleted.
begin;
select plan(14);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "lead@x.test"}');
select tests.watch('globex');
select tests.new_events();

select tests.act_as('acme', 'owner');
select isnt((public.archive_agency(tests.id('acme'))).archived_at, null, 'the owner archives the agency');
select results_eq(
  $$ select agency_id, action, entity_id from tests.new_events() $$,
  $$ values (tests.id('acme'), 'agency.archived', tests.id('acme')) $$,
  'one audit event tells of it');

select is(public.my_permissions() -> 'permissions', '[]', 'the owner has no permission left');
select is(public.my_permissions() -> 'roles', '["owner"]', 'but keeps the role');
select is((public.get_agency(tests.id('acme'))).slug, 'acme', 'the agency itself stays in sight');
select is_empty($$ select from public.leads union all select from public.campaigns
  union all select from public.audit_log union all select from public.invitations $$, 'its rows do not');
select throws_ok($$ select public.create_campaign('Late') $$, 'PT403', 'permission_denied', 'nothing can be written');
select throws_ok($$ select public.get_lead(tests.id('acme/lead@x.test')) $$, 'PT404', 'lead_not_found',
  'nothing can be read by its id');
select throws_ok($$ select public.archive_agency(tests.id('acme')) $$, 'PT403', 'permission_denied',
  'an archived agency cannot be archived again');

select tests.act_as('acme', 'manager');
select is(public.my_permissions() -> 'permissions', '[]', 'nor has anybody else one');
select throws_ok($$ select public.list_leads() $$, 'PT403', 'permission_denied', 'lists are closed');

select tests.act_as_postgres();
select is(deleted_at, null, 'nothing is deleted') from public.leads where id = tests.id('acme/lead@x.test');
select tests.is_untouched('globex');
select tests.act_as('globex', 'owner');
select ok(public.my_permissions() -> 'permissions' ? 'leads.read', 'another agency keeps its permissions');

select * from finish();
rollback;
