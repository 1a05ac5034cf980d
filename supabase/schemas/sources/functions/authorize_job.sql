create or replace function private.authorize_job(
  job_id uuid,
  permission text,
  lock boolean default false
)
returns public.scraping_jobs
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_job public.scraping_jobs;
begin
  perform private.require_caller();
  -- Locked before it is judged, so that of two moves at once the second sees the first.
  if authorize_job.lock then
    select j.* into v_job
      from public.scraping_jobs as j
     where j.agency_id = any (private.my_agencies()) and j.id = authorize_job.job_id
       for no key update;
  else
    select j.* into v_job
      from public.scraping_jobs as j
     where j.agency_id = any (private.my_agencies()) and j.id = authorize_job.job_id;
  end if;
  if v_job.id is null or not private.can(v_job.agency_id, 'jobs.read') then
    raise exception using errcode = 'PT404', message = 'job_not_found',
      detail = 'No job with this id is visible to you.',
      hint = 'List the jobs to see which ids there are.';
  end if;
  perform private.require(v_job.agency_id, authorize_job.permission);
  return v_job;
end;
$$;

comment on function private.authorize_job(uuid, text, boolean) is
  'The job, if the caller may do this with it: 401 not_signed_in, 404 job_not_found where it is not visible, 403 permission_denied.';
