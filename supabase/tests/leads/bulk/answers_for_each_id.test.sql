begin;
select plan(12);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Launch');
select tests.create_campaign('globex', 'Foreign');
select tests.create_lead('acme', 'Launch', '{"email": "a@x.test"}');
select tests.create_lead('acme', 'Launch', '{"email": "b@x.test", "status": "contacted", "title": "Old", "city": "Old"}');
select tests.create_lead('acme', 'Launch', '{"email": "deleted@x.test"}');
select tests.create_lead('globex', 'Foreign', '{"email": "foreign@x.test"}');
update public.leads set deleted_at = now() where email = 'deleted@x.test';
select tests.remember('unknown', gen_random_uuid());
select tests.watch('globex');
select tests.new_events();

create function pg_temp.ids(variadic keys text[]) returns uuid[] language sql as $$
  select array(select tests.id(k) from unnest(keys) with ordinality as u (k, n) order by n)
$$;
grant execute on function pg_temp.ids(text[]) to public;
select tests.act_as('acme', 'manager');
create temporary table answers as select public.bulk_update_leads(
  pg_temp.ids('acme/b@x.test', 'globex/foreign@x.test', 'acme/a@x.test', 'acme/deleted@x.test', 'unknown', 'acme/a@x.test'),
  '{"priority": "high", "city": null}') as answer;
select is(answer, jsonb_build_object('succeeded', 2, 'failed', 3, 'results', jsonb_build_array(
    jsonb_build_object('id', tests.id('acme/b@x.test'), 'ok', true),
    jsonb_build_object('id', tests.id('globex/foreign@x.test'), 'ok', false, 'code', 'lead_not_found', 'error', 'No lead with this id is visible to you.'),
    jsonb_build_object('id', tests.id('acme/a@x.test'), 'ok', true),
    jsonb_build_object('id', tests.id('acme/deleted@x.test'), 'ok', false, 'code', 'lead_not_found', 'error', 'No lead with this id is visible to you.'),
    jsonb_build_object('id', tests.id('unknown'), 'ok', false, 'code', 'lead_not_found', 'error', 'No lead with this id is visible to you.'))),
  'one result an id, in the order they came, a repeated one once') from answers;
select results_eq(
  $$ select priority::text, city, title from public.leads where deleted_at is null order by email $$,
  $$ values ('high', null::text, null::text), ('high', null, 'Old') $$, 'those that can be are changed');
select is((tests.lead('acme/deleted@x.test')).priority, 'medium', 'a deleted one is not');
select ok((tests.lead('acme/a@x.test')).edited_fields @> '{city,priority}', 'what was set counts as edited by hand');
select results_eq(
  $$ select agency_id, action, after -> 'changes', jsonb_array_length(after -> 'lead_ids') from tests.new_events() $$,
  $$ values (tests.id('acme'), 'lead.bulk_updated', '{"priority": "high", "city": null}'::jsonb, 2) $$, 'one audit event for the call');

-- What one lead cannot do hinders no other, and of it nothing is done.
select is(
  public.bulk_update_leads(pg_temp.ids('acme/b@x.test', 'acme/a@x.test'), '{"status": "new", "title": "New"}') - 'succeeded',
  jsonb_build_object('failed', 1, 'results', jsonb_build_array(
    jsonb_build_object('id', tests.id('acme/b@x.test'), 'ok', false, 'code', 'invalid_transition', 'error', 'A lead cannot go from contacted to new.'),
    jsonb_build_object('id', tests.id('acme/a@x.test'), 'ok', true))),
  'a move that is refused is refused for that lead');
select is((tests.lead('acme/b@x.test')).title, 'Old', 'which keeps everything else too');
select is((tests.lead('acme/a@x.test')).title, 'New', 'the other one is changed');

select is(public.bulk_update_lead_status(pg_temp.ids('acme/a@x.test', 'acme/b@x.test'), 'qualified') -> 'succeeded', '2', 'statuses move in bulk');
select is((select payload from tests.moves_of('acme/b@x.test')), '{"from": "contacted", "to": "qualified"}', 'with an activity each');
select is((tests.lead('acme/b@x.test')).qualified_at, now(), 'and their milestone');
select tests.is_untouched('globex');

select * from finish();
rollback;
