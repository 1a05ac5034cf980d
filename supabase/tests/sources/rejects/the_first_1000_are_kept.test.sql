begin;
select plan(8);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'List');
select tests.create_job('acme', 'job', 'List', 'Spring');
select tests.move_job('acme/job', 'start');
select tests.claim_job('anna');

-- Row 2 has two faults, row 3 cannot be kept whole, row 4 is the connector's to reject.
select tests.import_batch('anna',
  jsonb_build_array(
    '{"row": 1, "values": {"email": "ada@x.test"}}'::jsonb,
    '{"row": 2, "values": {"email": "nobody", "priority": "soon"}}'::jsonb,
    jsonb_build_object('row', 3, 'values', jsonb_build_object('city', repeat('x', 70000)))),
  '[{"row": 4, "field": "Work e-mail", "reason": "is not text", "row_data": {"Work e-mail": "?"}}]');
select results_eq(
  format($$ select r.n, r.row_number, r.field, r.reason, r.row from public.scraping_job_rejects as r where r.job_id = %L order by r.n $$, tests.id('acme/job')),
  $$ values (1, 2, 'email', 'is not an e-mail address', '{"email": "nobody", "priority": "soon"}'::jsonb),
            (2, 2, 'priority', 'must be one of low, medium, high, urgent', '{"email": "nobody", "priority": "soon"}'),
            (3, 3, 'city', 'has more than 500 characters', null),
            (4, 4, 'Work e-mail', 'is not text', '{"Work e-mail": "?"}') $$,
  'each fault has its row, field and reason');
select is(tests.job_counts('acme/job'), '4 read, 1 created, 0 updated, 0 duplicate, 3 rejected', 'each row counts once');

-- 600 and 600 more.
select tests.import_batch('anna', (
  select jsonb_agg(jsonb_build_object('row', n, 'values', jsonb_build_object('email', 'no' || n))) from generate_series(5, 604) as n));
select tests.import_batch('anna', '[]', (
  select jsonb_agg(jsonb_build_object('row', n, 'field', null, 'reason', 'is cut off')) from generate_series(605, 1204) as n));
select is(tests.job_counts('acme/job'), '1204 read, 1 created, 0 updated, 0 duplicate, 1203 rejected', 'all are counted');
select is((select format('%s %s %s', count(*), max(r.n), max(r.row_number)) from public.scraping_job_rejects as r where r.job_id = tests.id('acme/job')),
  '1000 1000 1000', 'the first 1,000 are kept');
select is((tests.job('acme/job')).status, 'running', 'faults stop no job');

select tests.act_as('acme', 'analyst');
select is(public.list_job_rejects(tests.id('acme/job'), 2, 2) -> 'items' -> 0 ->> 'n', '3', 'they are read page by page');
select is(public.list_job_rejects(tests.id('acme/job'), 2, 2) ->> 'total', '1000', 'with how many there are');
select tests.act_as_postgres();
select throws_ok('update public.scraping_job_rejects set reason = ''X''', 'PT405', 'append_only', 'and are not rewritten');

select * from finish();
rollback;
