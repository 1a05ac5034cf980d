begin;
select plan(14);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'List');

select tests.create_job('acme', 'rows', 'List', 'Spring', max_rows => 5);
select tests.move_job('acme/rows', 'start');
select tests.claim_job('anna');
select tests.import_batch('anna', tests.people(1, 3), '[]', '{"offset": 3}', 100);
select is((tests.job('acme/rows')).progress, 60, 'progress goes by the rows there are to read under the cap');
-- Of rows 4 to 8 the fourth and the fifth are within it, and the fourth cannot be used.
select is(
  tests.import_batch('anna', tests.people(5, 8), '[{"row": 4, "field": null, "reason": "is cut off"}]', '{"offset": 8}', 100),
  '{"stop": "rows_cap", "created": 1, "updated": 0, "duplicate": 0, "rejected": 1}', 'just the rows within the cap are taken');
select is((select format('%s %s%%', j.status, j.progress) from tests.job('acme/rows') as j), 'completed 100%', 'and the job is completed');
select is(tests.job_counts('acme/rows'), '5 read, 4 created, 0 updated, 0 duplicate, 1 rejected', 'its counts are exact');
select is((select l.message from public.scraping_job_logs as l where l.job_id = tests.id('acme/rows') order by l.seq desc limit 1),
  'Completed at its cap of 5 rows.', 'the log says why');
select is(tests.finish_job('anna'), '{"stop": "completed"}', 'its worker has nothing to add');

select tests.create_job('acme', 'time', 'List', 'Spring', max_minutes => 2);
select tests.move_job('acme/time', 'start');
select tests.claim_job('ben');
select tests.begin_job('ben');
select is(tests.import_batch('ben', tests.people(11, 12), '[]', '{"offset": 12}') ->> 'stop', null, 'there is time');
-- As if the worker had been heard of last two minutes ago.
update public.scraping_jobs as j set seen_at = clock_timestamp() - interval '2 minutes' where j.id = tests.id('acme/time');
select is(
  tests.import_batch('ben', tests.people(13, 14), '[]', '{"offset": 14}'),
  '{"stop": "time_cap", "created": 2, "updated": 0, "duplicate": 0, "rejected": 0}', 'the batch that comes at the end of it is taken');
select is((select format('%s: %s', j.status, j.error) from tests.job('acme/time') as j),
  'failed: The job has run for its 2 minutes. Retry it to go on from here.', 'and the job ends');
select tests.move_job('acme/time', 'retry'), tests.move_job('acme/time', 'start');
select tests.claim_job('carl');
select is(tests.begin_job('carl') -> 'job' -> 'checkpoint', '{"offset": 14}', 'a retry goes on from there');
select is(tests.import_batch('carl', tests.people(15, 16), '[]', '{"offset": 16}') ->> 'stop', null, 'with its time anew');

-- A pause takes no time.
select tests.create_job('acme', 'pause', 'List', 'Spring', max_minutes => 1);
select tests.move_job('acme/pause', 'start');
select tests.claim_job('dora');
select tests.begin_job('dora');
update public.scraping_jobs as j set seen_at = clock_timestamp() - interval '1 hour' where j.id = tests.id('acme/pause');
select tests.move_job('acme/pause', 'pause'), tests.move_job('acme/pause', 'resume');
select tests.claim_job('emil');
select is(tests.begin_job('emil') ->> 'stop', null, 'after a pause of an hour');
select is(tests.import_batch('emil', tests.people(21, 22), '[]', '{}') ->> 'stop', null, 'the minute has not passed');
select is((select s.metrics - 'success_rate' from public.data_sources as s where s.id = tests.id('acme/List')),
  '{"jobs": 3, "completed": 1, "failed": 0, "cancelled": 0, "leads": 12}', 'the source counts them all');

select * from finish();
rollback;
