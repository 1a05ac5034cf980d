begin;
select plan(9);

select tests.create_agency('acme'), tests.create_agency('globex');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'Fair');
select tests.create_job('acme', j, 'Fair', 'Spring') from unnest('{done,broken,orphan,left,barred,stopped}'::text[]) as j;
update public.scraping_jobs set created_by = null where id = tests.id('acme/orphan');
update public.scraping_jobs set created_by = tests.id('globex/owner') where id = tests.id('acme/left');
update public.scraping_jobs set created_by = tests.id('acme/sales') where id = tests.id('acme/barred');
update public.memberships set status = 'suspended' where user_id = tests.id('acme/sales');
select tests.move_job('acme/' || j, 'start') from unnest('{done,broken,orphan,left,barred,stopped}'::text[]) as j;
create function pg_temp.told() returns table (who text, type text, title text, body text, job uuid) language sql as $$
  with t as (delete from public.notifications returning *)
  select split_part(p.email::text, '@', 1), t.type, t.title, t.body, (t.data ->> 'job_id')::uuid
    from t join public.profiles as p on p.id = t.user_id order by 1
$$;
create function pg_temp.ends(job text, to_status text) returns void language sql as $$
  update public.scraping_jobs as j
     set status = to_status::public.scraping_job_status, finished_at = now(), paused_at = null,
         rows_read = 12, rows_created = 7, rows_updated = 1, rows_duplicate = 3, rows_rejected = 1,
         error = case to_status when 'failed' then 'The file is empty.' end
   where j.id = tests.id('acme/' || job)
$$;
select is((select count(*) from pg_temp.told()), 0::bigint, 'nobody is told that a job has begun');

select pg_temp.ends('done', 'completed');
select results_eq('select * from pg_temp.told()', $$ values ('owner', 'job.completed', 'Fair: 7 new leads',
  '12 rows read: 7 created, 1 updated, 3 duplicates, 1 rejected.', tests.id('acme/done')) $$, 'who made a job is told that it has finished');
select pg_temp.ends('broken', 'failed');
select results_eq('select * from pg_temp.told()', $$ values ('owner', 'job.failed', 'Fair: the job has failed', 'The file is empty.', tests.id('acme/broken')) $$,
  'and that it has failed, and why');
select pg_temp.ends('stopped', 'cancelled');
select is_empty('select * from pg_temp.told()', 'not that somebody has cancelled it');

select pg_temp.ends('orphan', 'failed');
select results_eq('select who, type from pg_temp.told()', $$ values ('admin', 'job.failed'), ('manager', 'job.failed'), ('owner', 'job.failed'), ('researcher', 'job.failed') $$,
  'a failure that is nobody''s is told to all who may run jobs');
select pg_temp.ends('left', 'failed');
select is((select count(*) from pg_temp.told()), 4::bigint, 'likewise where who made it is no member any more');
select pg_temp.ends('barred', 'failed');
select is((select count(*) from pg_temp.told()), 4::bigint, 'or is suspended');

-- Again after a retry: each end is an event of its own.
select tests.move_job('acme/broken', 'retry');
select tests.move_job('acme/broken', 'start');
select pg_temp.ends('broken', 'completed');
select is((select type from pg_temp.told()), 'job.completed', 'after a retry its end is told again');
update public.scraping_jobs set updated_at = now();
select is_empty('select * from pg_temp.told()', 'once');

select * from finish();
rollback;
