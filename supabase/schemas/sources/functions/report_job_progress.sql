create or replace function public.report_job_progress(job_id uuid, run integer, rows_total integer)
returns public.scraping_job_details
language plpgsql
volatile
security definer -- jobs have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.scraping_jobs := private.authorize_run(report_job_progress.job_id, report_job_progress.run);
  v_after public.scraping_jobs;
begin
  update public.scraping_jobs as j
     set rows_total = report_job_progress.rows_total
   where j.agency_id = v_before.agency_id and j.id = v_before.id
  returning j.* into v_after;
  perform private.audit(v_after.agency_id, 'job.progress_reported', v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  return private.job_details(v_after);
end;
$$;

comment on function public.report_job_progress(uuid, integer, integer) is
  'Says how many rows a running job has before it, as far as is known; progress follows from the rows read, which batches alone count. run is the number the caller works for. Errors: 403 permission_denied, 404 job_not_found, 409 job_not_running, and the named checks of scraping_jobs.';
revoke all on function public.report_job_progress(uuid, integer, integer) from public, anon;
grant execute on function public.report_job_progress(uuid, integer, integer) to authenticated;
