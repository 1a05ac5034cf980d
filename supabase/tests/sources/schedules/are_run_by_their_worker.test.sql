begin;
select plan(5);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'List', 'csv', jsonb_build_object('schedule', '0 6 * * *',
  'schedule_campaign_id', tests.id('acme/Spring')));
update private.schedules as s set next_run_at = now() - interval '1 minute' where s.name like 'data_source:%';
select private.fire_schedules();
select tests.claim_job('anna', 'data_source.scheduled_run');
-- Its lease ran out, and another worker has the task.
update private.tasks as t set lease_until = now() - interval '1 second' where t.kind = 'data_source.scheduled_run';
select isnt(tests.claim_job('ben', 'data_source.scheduled_run'), null, 'two workers had the task one after the other');
select tests.enqueue(agency => 'acme');
select tests.claim_job('carl', 'maintenance.sweep');

create function pg_temp.run_by(worker text) returns text language sql as $$
  select format('select public.run_data_source_schedule(%L, %s)', w.task_id, w.claim)
    from tests.workers as w where w.name = run_by.worker;
$$;
grant execute on function pg_temp.run_by(text) to public;
select tests.act_as_service();
select throws_ok(pg_temp.run_by('anna'), 'PT409', 'task_lost', 'whoever lost it makes no job');
select throws_ok(pg_temp.run_by('carl'), 'PT422', 'task_of_another_kind', 'nor does a task of another kind');
select is((select count(*) from public.scraping_jobs), 0::bigint, 'so that there is none');
select lives_ok(pg_temp.run_by('ben'), 'but whoever holds it does');

select * from finish();
rollback;
