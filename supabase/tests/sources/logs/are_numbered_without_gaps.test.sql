begin;
select plan(11);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'List');
select tests.create_job('acme', 'job', 'List', 'Spring');
select tests.move_job('acme/job', 'start');
select tests.claim_job('anna');
create function pg_temp.log() returns text language sql as $$
  select string_agg(format('%s %s %s', l.seq, l.level, l.message), ', ' order by l.seq)
    from public.scraping_job_logs as l where l.job_id = tests.id('acme/job');
$$;

select tests.import_batch('anna', tests.people(1, 2), logs =>
  '[{"level": "debug", "message": "Page 1", "context": {"page": 1}}, {"level": "warning", "message": "Slow"}]');
select is(pg_temp.log(), '1 info Started., 2 debug Page 1, 3 warning Slow', 'lines go on where the log was');
-- A batch that is taken back.
savepoint batch;
select tests.import_batch('anna', tests.people(3, 4), logs => '[{"level": "info", "message": "Lost"}]');
rollback to batch;
select tests.import_batch('anna', logs => '[{"level": "shout", "message": "", "context": []}]');
select is(pg_temp.log(), '1 info Started., 2 debug Page 1, 3 warning Slow, 4 info (no message)',
  'one that is taken back gives its numbers back, and a line that is not as it should be is made to fit');
select is((tests.job('acme/job')).log_lines, 4, 'the job knows the last');

-- A program of the agency's own.
select tests.act_as('acme', 'researcher');
select is(public.append_job_logs(tests.id('acme/job'), 1, '[{"level": "error", "message": "Page 2 is missing"}]'), 5, 'a program may add lines');
select throws_ok(format($$ select public.append_job_logs(%L, 0, '[]') $$, tests.id('acme/job')), 'PT409', 'job_not_running', 'for the run that is');
select is((public.report_job_progress(tests.id('acme/job'), 1, 4)).progress, 50, 'and say how much there is');
select tests.act_as('acme', 'analyst');
select throws_ok(format($$ select public.append_job_logs(%L, 1, '[]') $$, tests.id('acme/job')), 'PT403', 'permission_denied', 'readers add none');

select is((select string_agg(i ->> 'seq', ',') from jsonb_array_elements(public.list_job_logs(tests.id('acme/job'), null, 2) -> 'items') as i),
  '3,4,5', 'the log is read on from a line');
select is(public.list_job_logs(tests.id('acme/job'), null, 0, 2) ->> 'next_cursor', '2', 'page by page');
select is((select string_agg(i ->> 'seq', ',') from jsonb_array_elements(public.list_job_logs(tests.id('acme/job'), 'error') -> 'items') as i),
  '5', 'or by level');
select tests.act_as_postgres();
select throws_ok('update public.scraping_job_logs set message = ''X''', 'PT405', 'append_only', 'nobody rewrites it');

select * from finish();
rollback;
