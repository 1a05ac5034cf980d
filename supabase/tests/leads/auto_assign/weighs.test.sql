begin;
select plan(11);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.act_as('acme', 'manager');
select public.import_leads(tests.id('acme/Launch'), (select jsonb_agg(jsonb_build_object('email', n || '@x.test')) from generate_series(1, 60) as n));

create temporary table answers as select public.auto_assign_leads(tests.id('acme/Launch'), 'weighted',
  weights => jsonb_build_object(tests.id('acme/sales'), 3, tests.id('acme/admin'), 2, tests.id('acme/manager'), 0.5,
    tests.id('acme/creator'), 10, gen_random_uuid(), 10)) as answer;
select is(answer - 'results', '{"assigned": 60, "unassigned": 0}', 'all are given') from answers;
select results_eq(
  $$ select split_part(p.email::text, '@', 1), count(*)::int from public.leads as l join public.profiles as p on p.id = l.assigned_to
      group by 1 order by 2 desc $$,
  $$ values ('sales', 33), ('admin', 22), ('manager', 5) $$,
  'in proportion 3 : 2 : 0.5, to those named who may hold leads and to nobody else');
select ok(bool_and(assignment_reason ~ '^weighted: open lead number \d+ of this member$'), 'the reason is kept') from public.leads;

select throws_ok($$ select public.auto_assign_leads(tests.id('acme/Launch'), 'weighted') $$, 'PT422', 'weights_required',
  'without weights there is no proportion');
select throws_ok(format('select public.auto_assign_leads(tests.id(%L), %L, weights => %L)', 'acme/Launch', 'weighted', w),
  'PT422', 'weights_invalid', format('%s are no weights', w))
  from unnest(array['[]', '{}', '{"sales": 1}', format('{"%s": "1"}', gen_random_uuid()), format('{"%s": 0}', gen_random_uuid()),
    format('{"%s": 1001}', gen_random_uuid()), format('{"%s": -1}', gen_random_uuid())]) as w;

select * from finish();
rollback;
