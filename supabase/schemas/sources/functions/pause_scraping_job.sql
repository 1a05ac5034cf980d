create or replace function public.pause_scraping_job(job_id uuid)
returns public.scraping_job_details
language plpgsql
volatile
security definer -- jobs have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.scraping_jobs := private.authorize_job(pause_scraping_job.job_id, 'jobs.run', true);
  v_after public.scraping_jobs;
begin
  v_after := private.move_job(v_before, 'paused', 'Paused.');
  perform private.audit(v_after.agency_id, 'job.paused', v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  return private.job_details(v_after);
end;
$$;

comment on function public.pause_scraping_job(uuid) is
  'Pauses a running job. The batch under way is finished and stays; the worker stops after it. Errors: 403 permission_denied, 404 job_not_found, 409 invalid_transition.';
revoke all on function public.pause_scraping_job(uuid) from public, anon;
grant execute on function public.pause_scraping_job(uuid) to authenticated;
