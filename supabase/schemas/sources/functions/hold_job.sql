create or replace function private.hold_job(
  task_id uuid,
  claim bigint,
  out task private.tasks,
  out job public.scraping_jobs,
  out campaign public.campaigns,
  out stop text
)
language plpgsql
volatile
security invoker -- called by definers of the worker
set search_path = ''
as $$
#variable_conflict error
-- Its four results are rows and a word, which no one row could be. @plpgsql_check_options: extra_warnings = off
begin
  -- The task before the job, here and wherever both are locked.
  hold_job.task := private.hold_task(hold_job.task_id, hold_job.claim);
  if (hold_job.task).kind <> 'scraping_job.run' then
    raise exception using errcode = 'PT422', message = 'task_of_another_kind',
      detail = format('The task is of the kind %s.', (hold_job.task).kind);
  end if;
  select j.* into hold_job.job
    from public.scraping_jobs as j
   where j.agency_id = (hold_job.task).agency_id and j.id = ((hold_job.task).payload ->> 'job_id')::uuid
     for no key update;
  if (hold_job.job).id is null then
    hold_job.stop := 'gone';
  elsif (hold_job.job).run <> ((hold_job.task).payload ->> 'run')::integer then
    hold_job.stop := 'superseded';
  elsif (hold_job.job).status <> 'running' then
    hold_job.stop := (hold_job.job).status;
  else
    select c.* into hold_job.campaign
      from public.campaigns as c
      join public.agencies as a on a.id = c.agency_id and a.archived_at is null
     where c.agency_id = (hold_job.job).agency_id and c.id = (hold_job.job).campaign_id
       and c.deleted_at is null;
    if not found then
      hold_job.job := private.move_job(hold_job.job, 'failed',
        'The campaign was deleted, or the agency archived.', 'The campaign was deleted, or the agency archived.');
      hold_job.stop := 'failed';
    end if;
  end if;
end;
$$;

comment on function private.hold_job(uuid, bigint) is
  'Locks a worker''s task and its job, and says why the worker is to stop: superseded (the job was resumed or retried since), paused, cancelled, completed, failed, gone; null where the job is this worker''s. Errors: 409 task_lost, 422 task_of_another_kind.';
