begin;
select plan(4);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'List');
select tests.create_job('acme', 'job', 'List', 'Spring');
select tests.move_job('acme/job', 'start');
select tests.claim_job('anna');
update private.tasks as t set lease_until = now() + interval '60 seconds', heartbeat_at = now(), attempts = 7
 where t.kind = 'scraping_job.run';
update private.tasks as t set lease_until = t.lease_until - interval '50 seconds', heartbeat_at = t.heartbeat_at - interval '50 seconds'
 where t.kind = 'scraping_job.run';

select tests.import_batch('anna', logs => '[{"level": "info", "message": "Reading"}]');
select ok((select t.lease_until > now() + interval '50 seconds' from private.tasks as t where t.kind = 'scraping_job.run'),
  'a batch extends the lease by what it was');
select is((select t.attempts from private.tasks as t where t.kind = 'scraping_job.run'), 7, 'words alone are no progress');
select tests.import_batch('anna', tests.people(1, 1));
select is((select t.attempts from private.tasks as t where t.kind = 'scraping_job.run'), 1, 'rows are: the task gets its attempts back');
select is(tests.job_counts('acme/job'), '1 read, 1 created, 0 updated, 0 duplicate, 0 rejected', 'and the job has one more');

select * from finish();
rollback;
