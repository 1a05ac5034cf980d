begin;
select plan(10);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "lead@x.test"}');
select tests.create_lead('acme', 'Launch', '{"email": "other@x.test"}');
select tests.watch('globex');
select tests.new_events();
select tests.act_as('acme', 'manager');

select results_eq(
  $$ select assigned_to, assigned_at, assignment_reason, status::text from public.assign_lead(tests.id('acme/lead@x.test'), 'SALES@acme.test') $$,
  $$ values (tests.id('acme/sales'), now(), 'manual', 'new') $$, 'by address, whatever its case');
select results_eq(
  $$ select agency_id, action, entity_id, before, after - 'assigned_at' from tests.new_events() $$,
  $$ values (tests.id('acme'), 'lead.assigned', tests.id('acme/lead@x.test'),
       '{"assigned_to": null, "assigned_at": null, "assignment_reason": null}'::jsonb,
       jsonb_build_object('assigned_to', tests.id('acme/sales'), 'assignment_reason', 'manual')) $$,
  'one audit event tells just the difference');
select results_eq($$ select * from tests.moves_of('acme/lead@x.test') $$,
  $$ values ('assigned', jsonb_build_object('from', null, 'to', tests.id('acme/sales'), 'reason', 'manual'), tests.id('acme/manager')) $$,
  'it is among the lead''s activities');
select is((public.assign_lead(tests.id('acme/lead@x.test'), upper(tests.id('acme/admin')::text))).assigned_to, tests.id('acme/admin'),
  'by id, to someone else');
select is((public.get_lead(tests.id('acme/lead@x.test'))).assignee_email::text, 'admin@acme.test', 'the lead tells who it is');
select is((public.assign_lead(tests.id('acme/lead@x.test'), 'admin@acme.test')).assigned_to, tests.id('acme/admin'), 'again to the same');
select is(count(*), 2::bigint, 'is no further activity') from tests.moves_of('acme/lead@x.test');
select is((tests.lead('acme/other@x.test')).assigned_to, null, 'no other lead is given away');

select tests.act_as('acme', 'admin');
select is(jsonb_path_query_array(public.list_leads(assigned_to => tests.id('acme/admin')), '$.items[*].email'), '["lead@x.test"]',
  'the assignee finds it');
select tests.is_untouched('globex');

select * from finish();
rollback;
