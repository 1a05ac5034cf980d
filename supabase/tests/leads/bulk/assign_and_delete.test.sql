begin;
select plan(17);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Launch');
select tests.create_campaign('globex', 'Foreign');
select tests.create_lead('acme', 'Launch', jsonb_build_object('email', n || '@x.test')) from generate_series(1, 3) as n;
select tests.create_lead('globex', 'Foreign', '{"email": "foreign@x.test"}');
select tests.watch('globex');
select tests.new_events();

select tests.act_as('acme', 'manager');
select is(
  public.bulk_assign_leads(array[tests.id('acme/1@x.test'), tests.id('acme/2@x.test'), tests.id('globex/foreign@x.test')], 'Sales@acme.test') - 'results',
  '{"succeeded": 2, "failed": 1}', 'those of the agency are given away');
select results_eq(
  $$ select email::text, assigned_to, assignment_reason from public.leads order by email $$,
  $$ values ('1@x.test', tests.id('acme/sales'), 'manual'), ('2@x.test', tests.id('acme/sales'), 'manual'), ('3@x.test', null, null) $$,
  'and no other');
select results_eq(
  $$ select agency_id, action, (after ->> 'assigned_to')::uuid, jsonb_array_length(after -> 'lead_ids') from tests.new_events() $$,
  $$ values (tests.id('acme'), 'lead.bulk_assigned', tests.id('acme/sales'), 2) $$, 'one audit event for the call');
select is(count(*), 1::bigint, 'an activity each') from tests.moves_of('acme/1@x.test');
select throws_ok($$ select public.bulk_assign_leads(array[tests.id('acme/3@x.test')], 'client@acme.test') $$,
  'PT422', 'assignee_may_not_hold_leads', 'not to who may hold none');

select is(public.bulk_delete_leads(array[tests.id('acme/1@x.test'), tests.id('globex/foreign@x.test')]) - 'results',
  '{"succeeded": 1, "failed": 1}', 'those of the agency are deleted');
select results_eq($$ select action, after from tests.new_events() $$,
  $$ values ('lead.bulk_deleted', jsonb_build_object('lead_ids', array[tests.id('acme/1@x.test')])) $$, 'with one event');
select is(public.bulk_delete_leads(array[tests.id('acme/1@x.test')]) -> 'failed', '1', 'a deleted one is not found again');

select throws_ok(format($$ select public.bulk_update_leads(array[tests.id('acme/2@x.test')], '{"%s": "x"}') $$, f), 'PT422', 'unknown_field',
  format('%s is not set for many at once', f)) from unnest('{email,phone,company}'::text[]) as f;
select tests.act_as('acme', 'sales');
select throws_ok($$ select public.bulk_update_leads(array[tests.id('acme/2@x.test')], '{"city": "x"}') $$, 'PT403', 'permission_denied',
  'sales changes nothing in bulk, not even what is theirs');
select throws_ok($$ select public.bulk_assign_leads(array[tests.id('acme/2@x.test')], 'sales@acme.test') $$, 'PT403', 'permission_denied', 'or gives it away');
select throws_ok($$ select public.bulk_delete_leads(array[tests.id('acme/2@x.test')]) $$, 'PT403', 'permission_denied', 'or deletes it');
select is((tests.lead('acme/2@x.test')).deleted_at is null and (tests.lead('acme/2@x.test')).city is null, true, 'nothing refused has happened');
select tests.act_as('globex', 'owner');
select throws_ok($$ select public.bulk_delete_leads(array[tests.id('acme/2@x.test')], tests.id('acme')) $$, 'PT404', 'agency_not_found',
  'nor does another agency');
select tests.is_untouched('globex');

select * from finish();
rollback;
