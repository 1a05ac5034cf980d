create or replace function public.run_data_source_schedule(task_id uuid, claim bigint)
returns jsonb
language plpgsql
volatile
security definer -- jobs have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_task private.tasks;
  v_source public.data_sources;
  v_job public.scraping_jobs;
  v_skipped text;
begin
  perform private.require_service();
  v_task := private.hold_task(run_data_source_schedule.task_id, run_data_source_schedule.claim);
  if v_task.kind <> 'data_source.scheduled_run' then
    raise exception using errcode = 'PT422', message = 'task_of_another_kind',
      detail = format('The task is of the kind %s.', v_task.kind);
  end if;
  -- Tried again after a crash, it finds what it did.
  select j.* into v_job
    from public.scraping_jobs as j
   where j.agency_id = v_task.agency_id and j.scheduled_by = v_task.id;
  if found then
    return jsonb_build_object('job_id', v_job.id, 'skipped', null);
  end if;
  select s.* into v_source
    from public.data_sources as s
   where s.agency_id = v_task.agency_id and s.id = (v_task.payload ->> 'data_source_id')::uuid
     for no key update;
  v_skipped := case
    when v_source.id is null then 'The data source was deleted.'
    when v_source.status = 'inactive' then 'The data source is switched off.'
    when v_source.schedule_campaign_id is null then 'The data source has no schedule any more.'
    when not exists (
      select from public.campaigns as c
       where c.agency_id = v_source.agency_id and c.id = v_source.schedule_campaign_id and c.deleted_at is null
    ) then 'The campaign was deleted.'
    when exists (
      select from public.scraping_jobs as j
       where j.agency_id = v_source.agency_id and j.data_source_id = v_source.id
         and j.scheduled_by is not null and j.status in ('pending', 'running', 'paused')
    ) then 'The job of the time before has not ended.'
  end;
  if v_skipped is not null then
    perform private.audit(v_task.agency_id, 'data_source.run_skipped', (v_task.payload ->> 'data_source_id')::uuid,
      null, jsonb_build_object('reason', v_skipped));
    return jsonb_build_object('job_id', null, 'skipped', v_skipped);
  end if;
  insert into public.scraping_jobs (agency_id, data_source_id, campaign_id, params, scheduled_by, created_by)
  values (v_source.agency_id, v_source.id, v_source.schedule_campaign_id, v_source.schedule_params, v_task.id,
    v_source.created_by)
  returning * into v_job;
  v_job := private.move_job(v_job, 'running', 'Started by the schedule.');
  perform private.audit(v_job.agency_id, 'job.scheduled', v_job.id, null, to_jsonb(v_job));
  return jsonb_build_object('job_id', v_job.id, 'skipped', null);
end;
$$;

comment on function public.run_data_source_schedule(uuid, bigint) is
  'For the worker that has claimed a task of the kind data_source.scheduled_run: makes and starts the job that the source''s schedule asks for, once however often it is called, with schedule_params into schedule_campaign_id. {job_id, skipped}: skipped says why there is no job: the source is gone or inactive, the campaign gone, or the scheduled job of the time before has not ended. For the secret key alone. Errors: 403 service_required, 409 task_lost, 422 task_of_another_kind.';
revoke all on function public.run_data_source_schedule(uuid, bigint) from public, anon, authenticated;
grant execute on function public.run_data_source_schedule(uuid, bigint) to service_role;
