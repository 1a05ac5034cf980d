create or replace function private.hold_job(task_id uuid, claim bigint)
returns private.held_job
language plpgsql
volatile
security invoker -- called by definers of the worker
set search_path = ''
as $$
#variable_conflict error
declare
  v_task private.tasks;
  v_job public.scraping_jobs;
  v_before public.scraping_jobs;
  v_campaign public.campaigns;
  v_stop text;
begin
  -- The task before the job, here and wherever both are locked.
  v_task := private.hold_task(hold_job.task_id, hold_job.claim);
  if v_task.kind <> 'scraping_job.run' then
    raise exception using errcode = 'PT422', message = 'task_of_another_kind',
      detail = format('The task is of the kind %s.', v_task.kind);
  end if;
  select j.* into v_job
    from public.scraping_jobs as j
   where j.agency_id = v_task.agency_id and j.id = (v_task.payload ->> 'job_id')::uuid
     for no key update;
  if v_job.id is null then
    v_stop := 'gone';
  elsif v_job.run <> (v_task.payload ->> 'run')::integer then
    v_stop := 'superseded';
  elsif v_job.status <> 'running' then
    v_stop := v_job.status;
  else
    select c.* into v_campaign
      from public.campaigns as c
      join public.agencies as a on a.id = c.agency_id and a.archived_at is null
     where c.agency_id = v_job.agency_id and c.id = v_job.campaign_id and c.deleted_at is null;
    if not found then
      v_before := v_job;
      v_job := private.move_job(v_job, 'failed',
        'The campaign was deleted, or the agency archived.', 'The campaign was deleted, or the agency archived.');
      perform private.audit(v_job.agency_id, 'job.failed', v_job.id, to_jsonb(v_before), to_jsonb(v_job));
      v_stop := 'failed';
    end if;
  end if;
  return row(v_task, v_job, v_campaign, v_stop);
end;
$$;

comment on function private.hold_job(uuid, bigint) is
  'Locks a worker''s task and its job, and says why the worker is to stop: superseded (the job was resumed or retried since), paused, cancelled, completed, failed, gone; null where the job is this worker''s. Errors: 409 task_lost, 422 task_of_another_kind.';
