create or replace function public.cancel_scraping_job(job_id uuid)
returns public.scraping_job_details
language plpgsql
volatile
security definer -- jobs have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.scraping_jobs := private.authorize_job(cancel_scraping_job.job_id, 'jobs.run', true);
  v_after public.scraping_jobs;
begin
  v_after := private.move_job(v_before, 'cancelled', 'Cancelled.');
  perform private.audit(v_after.agency_id, 'job.cancelled', v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  return private.job_details(v_after);
end;
$$;

comment on function public.cancel_scraping_job(uuid) is
  'Ends a job that is pending, running or paused; what it has imported stays. Errors: 403 permission_denied, 404 job_not_found, 409 invalid_transition.';
revoke all on function public.cancel_scraping_job(uuid) from public, anon;
grant execute on function public.cancel_scraping_job(uuid) to authenticated;
