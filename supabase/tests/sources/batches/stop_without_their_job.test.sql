begin;
select plan(4);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'List');
select tests.create_job('acme', 'job', 'List', 'Spring');
select tests.move_job('acme/job', 'start');
select tests.claim_job('anna');
-- Only an operator deletes a job.
delete from public.scraping_jobs;

select is(tests.begin_job('anna') ->> 'stop', 'gone', 'a worker whose job is gone hears so');
select is(tests.import_batch('anna', tests.people(1, 2)) ->> 'stop', 'gone', 'at every call');
select is(tests.finish_job('anna'), '{"stop": "gone"}', 'to the last');
select is((select count(*) from public.leads), 0::bigint, 'and nothing was imported');

select * from finish();
rollback;
