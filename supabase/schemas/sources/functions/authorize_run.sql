create or replace function private.authorize_run(job_id uuid, run integer)
returns public.scraping_jobs
language plpgsql
volatile
security invoker -- called by definers
set search_path = ''
as $$
#variable_conflict error
declare
  v_job public.scraping_jobs := private.authorize_job(authorize_run.job_id, 'jobs.run', true);
begin
  if v_job.run is distinct from authorize_run.run or v_job.status <> 'running' then
    raise exception using errcode = 'PT409', message = 'job_not_running',
      detail = format('The job is %s, and its run is number %s.', v_job.status, v_job.run),
      hint = 'Whoever works for another run has to stop.';
  end if;
  return v_job;
end;
$$;

comment on function private.authorize_run(uuid, integer) is
  'Locks a job for whoever works for this run of it. Errors: 403 permission_denied, 404 job_not_found, 409 job_not_running.';
