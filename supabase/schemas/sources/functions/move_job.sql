create or replace function private.move_job(
  job public.scraping_jobs,
  to_status public.scraping_job_status,
  said text,
  reason text default null
)
returns public.scraping_jobs
language plpgsql
volatile
security invoker -- called by definers that have authorised and hold the job's lock
set search_path = ''
as $$
#variable_conflict error
declare
  v_job public.scraping_jobs;
begin
  -- What is another status' business is refused by the table's trigger; this one it does not see.
  if (job).status = move_job.to_status then
    raise exception using errcode = 'PT409', message = 'invalid_transition',
      detail = format('The job is %s already.', (job).status),
      hint = 'Read the job again: someone else was faster.';
  end if;
  update public.scraping_jobs as j
     set status = move_job.to_status,
         -- A worker of the run before finds another number and stops.
         run = j.run + (move_job.to_status in ('pending', 'running'))::integer,
         ran = case when move_job.to_status = 'pending' then interval '0' else j.ran end,
         seen_at = null,
         log_lines = j.log_lines + 1,
         error = move_job.reason,
         started_at = case when move_job.to_status = 'running' then coalesce(j.started_at, now()) else j.started_at end,
         paused_at = case when move_job.to_status = 'paused' then now() end,
         finished_at = case when move_job.to_status in ('completed', 'failed', 'cancelled') then now() end
   where j.agency_id = (job).agency_id and j.id = (job).id
  returning j.* into v_job;
  perform private.append_logs(v_job, jsonb_build_array(jsonb_build_object(
    'level', case when move_job.to_status = 'failed' then 'error' else 'info' end, 'message', move_job.said)));
  if v_job.status = 'running' then
    perform private.enqueue_task(
      'scraping_job.run',
      jsonb_build_object('job_id', v_job.id, 'agency_id', v_job.agency_id, 'run', v_job.run),
      v_job.agency_id,
      unique_key => format('scraping_job:%s:%s', v_job.id, v_job.run));
  end if;
  return v_job;
end;
$$;

comment on function private.move_job(public.scraping_jobs, public.scraping_job_status, text, text) is
  'The one way a job, locked by the caller, changes its status: dates, the number of the run, a line in its log, and a task for a worker where it is to run. Error: 409 invalid_transition.';
