begin;
select plan(9);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.watch('acme');
create temporary table sizes as
  select n, (select jsonb_agg(jsonb_build_object('email', i || '@x.test')) from generate_series(1, n) as i) as rows
    from unnest('{10000,10001}'::int[]) as n;
grant select on sizes to public;

select tests.act_as('acme', 'manager');
select throws_ok($$ select public.import_leads(tests.id('acme/Launch'), (select rows from sizes where n = 10001)) $$,
  'PT422', 'import_size_out_of_range', '10,001 rows are too many');
select throws_ok($$ select public.import_leads(tests.id('acme/Launch'), '[]') $$, 'PT422', 'import_size_out_of_range', 'none is too few');
select throws_ok(format('select public.import_leads(tests.id(%L), %L)', 'acme/Launch', r), 'PT422', 'rows_not_a_list',
  format('%s is no list', coalesce(r, 'nothing'))) from unnest(array['{}', '"x"', null]) as r;
select tests.is_untouched('acme');

select is(public.import_leads(tests.id('acme/Launch'), (select rows from sizes where n = 10000)) -> 'created', '10000', '10,000 go in');
select is(public.get_campaign_performance(tests.id('acme/Launch')) -> 'totals' -> 'total', '10000', 'and are counted');
select results_eq(
  $$ select a -> 'rejected', jsonb_array_length(a -> 'errors') from public.import_leads(tests.id('acme/Launch'),
       (select jsonb_agg('{"email": "bad"}'::jsonb) from generate_series(1, 1200))) as a $$,
  $$ values ('1200'::jsonb, 1000) $$, 'of the faults the first 1,000 are told, of the rows all are counted');

select * from finish();
rollback;
