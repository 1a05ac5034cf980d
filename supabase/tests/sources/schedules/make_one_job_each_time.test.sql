begin;
select plan(16);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'List', 'csv', jsonb_build_object('config', '{"text": "email"}'::jsonb,
  'schedule', '0 6 * * *', 'schedule_campaign_id', tests.id('acme/Spring'), 'schedule_params', '{"delimiter": ";"}'::jsonb));
-- Whatever the hour, no other schedule's time comes.
update private.schedules as s set enabled = false where s.name not like 'data_source:%';
create function pg_temp.fire() returns bigint language sql as $$
  update private.schedules as s set next_run_at = now() - interval '1 minute' where s.name like 'data_source:%';
  select private.fire_schedules();
$$;
create function pg_temp.run(worker text) returns jsonb language plpgsql as $$
declare
  v_answer jsonb;
begin
  perform tests.act_as_service();
  select public.run_data_source_schedule(w.task_id, w.claim) into v_answer from tests.workers as w where w.name = worker;
  perform tests.act_as_postgres();
  return v_answer;
end;
$$;
create function pg_temp.done(worker text) returns void language plpgsql as $$
begin
  perform tests.act_as_service();
  perform public.complete_task(w.task_id, w.claim) from tests.workers as w where w.name = worker;
  perform tests.act_as_postgres();
end;
$$;

select is(pg_temp.fire(), 1::bigint, 'the time comes');
select tests.claim_job('clock', 'data_source.scheduled_run');
select is(pg_temp.run('clock') ->> 'skipped', null, 'a worker makes a job of it');
select is((select count(*) from public.scraping_jobs), 1::bigint, 'one');
select is(pg_temp.run('clock') ->> 'job_id', (select j.id::text from public.scraping_jobs as j), 'asked again it is the same');
select pg_temp.done('clock');
select tests.remember('acme/first', j.id) from public.scraping_jobs as j;
select results_eq('select status::text, run, campaign_id, params, created_by from public.scraping_jobs',
  $$ values ('running', 1, tests.id('acme/Spring'), '{"delimiter": ";"}'::jsonb, tests.id('acme/owner')) $$, 'it runs, as the source says');
select isnt((select s.last_run_at from public.data_sources as s), null, 'the source knows');
select isnt(tests.claim_job('anna'), null, 'and a worker finds it');

-- The next time comes before it has ended.
select pg_temp.fire();
select tests.claim_job('clock', 'data_source.scheduled_run');
select is(pg_temp.run('clock'), '{"job_id": null, "skipped": "The job of the time before has not ended."}', 'there is no second beside it');
select pg_temp.done('clock');
select is((select a.action || ': ' || (a.after ->> 'reason') from public.audit_log as a where a.action like 'data_source.run%'),
  'data_source.run_skipped: The job of the time before has not ended.', 'the log says why');
select tests.finish_job('anna');
select pg_temp.fire();
select tests.claim_job('clock', 'data_source.scheduled_run');
select is(pg_temp.run('clock') ->> 'skipped', null, 'after its end there is another');
select pg_temp.done('clock');
select is((select count(*) from public.scraping_jobs), 2::bigint, 'the second');
select is((select s.metrics ->> 'jobs' from public.data_sources as s), '2', 'the source counts them');

-- What there is no job of.
select pg_temp.fire();
select tests.act_as('acme', 'owner');
select public.update_data_source(tests.id('acme/List'), '{"status": "inactive"}');
select tests.act_as_postgres();
select tests.claim_job('clock', 'data_source.scheduled_run');
select is(pg_temp.run('clock') ->> 'skipped', 'The data source is switched off.', 'none of a source that was switched off meanwhile');
select pg_temp.done('clock');
select tests.act_as('acme', 'owner');
select public.cancel_scraping_job(j.id) from public.scraping_jobs as j where j.status = 'running';
select public.update_data_source(tests.id('acme/List'), '{"status": "active"}');
select tests.act_as_postgres();
select pg_temp.fire();
select tests.act_as('acme', 'owner');
select public.delete_campaign(tests.id('acme/Spring'));
select tests.act_as_postgres();
select tests.claim_job('clock', 'data_source.scheduled_run');
select is(pg_temp.run('clock') ->> 'skipped', 'The campaign was deleted.', 'none into a deleted campaign');
select pg_temp.done('clock');
select tests.act_as_postgres();
update private.schedules as s set next_run_at = now() - interval '1 minute' where s.name like 'data_source:%';
select private.fire_schedules();
select tests.act_as('acme', 'owner');
select public.delete_data_source(tests.id('acme/List'));
select tests.act_as_postgres();
select tests.claim_job('clock', 'data_source.scheduled_run');
select is(pg_temp.run('clock') ->> 'skipped', 'The data source was deleted.', 'none of a deleted source');
select is((select count(*) from public.scraping_jobs), 2::bigint, 'so that there are two');

select * from finish();
rollback;
