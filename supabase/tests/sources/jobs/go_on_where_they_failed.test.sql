begin;
select plan(10);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'List');
select tests.create_job('acme', 'job', 'List', 'Spring');
select tests.move_job('acme/job', 'start');
select tests.claim_job('anna');
select tests.import_batch('anna', tests.people(1, 4), '[]', '{"offset": 4}', 10);
select tests.finish_job('anna', 'failed', 'The provider is down');

select is((select format('%s: %s', j.status, j.error) from tests.job('acme/job') as j), 'failed: The provider is down', 'a job fails');
select is((select s.metrics ->> 'failed' from public.data_sources as s where s.id = tests.id('acme/List')), '1', 'the source counts it');
select is(tests.move_job('acme/job', 'retry'), 'pending', 'and is set back');
select is((select j.error is null and j.finished_at is null from tests.job('acme/job') as j), true, 'without its end');
select is((select s.metrics ->> 'failed' from public.data_sources as s where s.id = tests.id('acme/List')), '0', 'nor does the source count it');
select tests.move_job('acme/job', 'start');
select tests.claim_job('ben');
select is(tests.begin_job('ben') -> 'job' -> 'checkpoint', '{"offset": 4}', 'started again it goes on after what it read');
select tests.import_batch('ben', tests.people(5, 10), '[]', '{"offset": 10}', 10);
select is(tests.finish_job('ben'), '{"stop": null}', 'to the end');
select is(tests.job_counts('acme/job'), '10 read, 10 created, 0 updated, 0 duplicate, 0 rejected', 'no row is read twice');
select is((select count(*) from public.leads), 10::bigint, 'and none is missed');
select is((select s.metrics - 'success_rate' from public.data_sources as s where s.id = tests.id('acme/List')),
  '{"jobs": 1, "completed": 1, "failed": 0, "cancelled": 0, "leads": 10}', 'for the source it is one job that completed');

select * from finish();
rollback;
