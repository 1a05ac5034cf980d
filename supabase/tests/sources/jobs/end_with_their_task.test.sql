begin;
select plan(9);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'List');

create function pg_temp.ended(key text, state private.task_state, error text default null) returns text language sql as $$
  select tests.create_job('acme', key, 'List', 'Spring');
  select tests.move_job('acme/' || key, 'start');
  update private.tasks as t set state = ended.state, last_error = ended.error, finished_at = now()
   where t.payload ->> 'job_id' = tests.id('acme/' || key)::text;
  select format('%s: %s', j.status, j.error) from tests.job('acme/' || key) as j;
$$;
select is(pg_temp.ended('a', 'discarded', 'No answer'), 'failed: No answer', 'a dead letter fails its job');
select is(pg_temp.ended('b', 'cancelled'), 'cancelled: ', 'a task taken back cancels it');
select is(pg_temp.ended('c', 'completed'), 'failed: The worker left without saying how the job ended.', 'one that says nothing fails it');

-- By the engine itself.
select tests.create_job('acme', 'd', 'List', 'Spring');
select tests.move_job('acme/d', 'start');
select tests.claim_job('anna');
select tests.act_as_service();
select public.fail_task(w.task_id, w.claim, 'The file is gone', final => true) from tests.workers as w where w.name = 'anna';
select tests.act_as_postgres();
select is((select format('%s: %s', j.status, j.error) from tests.job('acme/d') as j), 'failed: The file is gone', 'also when a worker gives up');
select is((select l.level || ' ' || l.message from public.scraping_job_logs as l where l.job_id = tests.id('acme/d') order by l.seq desc limit 1),
  'error The file is gone', 'the log says so');

-- Of a run that is over.
select tests.create_job('acme', 'e', 'List', 'Spring');
select tests.move_job('acme/e', 'start'), tests.move_job('acme/e', 'pause');
update private.tasks as t set state = 'discarded', finished_at = now() where t.payload ->> 'job_id' = tests.id('acme/e')::text;
select is((tests.job('acme/e')).status, 'paused', 'a paused job waits for no task');
select tests.move_job('acme/e', 'resume');
select is((select count(*) from private.tasks as t where t.payload ->> 'job_id' = tests.id('acme/e')::text and t.state = 'available'),
  1::bigint, 'resumed it gets a new one');
update private.tasks as t set state = 'available', finished_at = null where t.payload ->> 'job_id' = tests.id('acme/e')::text;
update private.tasks as t set state = 'discarded', finished_at = now()
 where t.payload ->> 'job_id' = tests.id('acme/e')::text and t.payload ->> 'run' = '1';
select is((tests.job('acme/e')).status, 'running', 'and what becomes of the old one is nothing to it');
select is((select s.metrics ->> 'failed' from public.data_sources as s where s.id = tests.id('acme/List')), '3', 'the source counts the failures');

select * from finish();
rollback;
