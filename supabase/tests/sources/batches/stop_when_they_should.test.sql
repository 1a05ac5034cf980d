begin;
select plan(12);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'List');
select tests.create_job('acme', 'job', 'List', 'Spring');
select tests.move_job('acme/job', 'start');
select tests.claim_job('anna');
select tests.import_batch('anna', tests.people(1, 2), '[]', '{"offset": 2}', 6);

-- Paused, and resumed before the worker has noticed.
select tests.move_job('acme/job', 'pause');
select is(tests.begin_job('anna'), '{"stop": "paused", "job": null, "source": null, "credentials": null}', 'a paused job is no one''s to begin');
select is(tests.import_batch('anna', tests.people(3, 4), '[]', '{"offset": 4}', 6, '[{"level": "info", "message": "More"}]'),
  '{"stop": "paused", "created": 0, "updated": 0, "duplicate": 0, "rejected": 0}', 'a paused job takes no batch');
select tests.move_job('acme/job', 'resume');
select is(tests.import_batch('anna', tests.people(3, 4), '[]', '{"offset": 4}') ->> 'stop', 'superseded', 'nor does the worker of the run before bring one');
select is(tests.finish_job('anna'), '{"stop": "superseded"}', 'or end it');
select is(tests.finish_job('anna', 'failed', 'X'), '{"stop": "superseded"}', 'either way');
select is((tests.job('acme/job')).checkpoint, '{"offset": 2}', 'all of that left nothing');

select tests.claim_job('ben');
select is(tests.begin_job('ben') -> 'job' -> 'checkpoint', '{"offset": 2}', 'the worker of the new run goes on after the last batch');
select tests.import_batch('ben', tests.people(3, 6), '[]', '{"offset": 6}', 6);
select is(tests.job_counts('acme/job'), '6 read, 6 created, 0 updated, 0 duplicate, 0 rejected', 'no row is lost and none read twice');
select is((tests.job('acme/job')).run, 2, 'it is the second run');

select tests.move_job('acme/job', 'cancel');
select is(tests.import_batch('ben', tests.people(7, 8)) ->> 'stop', 'cancelled', 'a cancelled job takes no batch');
select is((select count(*) from public.leads), 6::bigint, 'what was imported stays');
select is((select array_agg(l.message order by l.seq) from public.scraping_job_logs as l where l.job_id = tests.id('acme/job')),
  '{Started.,Paused.,Resumed.,Cancelled.}'::text[], 'the log has what people did, and nothing of the batches refused');

select * from finish();
rollback;
