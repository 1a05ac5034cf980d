create or replace function public.append_job_logs(job_id uuid, run integer, logs jsonb)
returns integer
language plpgsql
volatile
security definer -- logs have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_job public.scraping_jobs := private.authorize_run(append_job_logs.job_id, append_job_logs.run);
begin
  perform private.require_batch('[]', '[]', coalesce(append_job_logs.logs, 'null'));
  update public.scraping_jobs as j
     set log_lines = j.log_lines + jsonb_array_length(append_job_logs.logs)
   where j.agency_id = v_job.agency_id and j.id = v_job.id
  returning j.* into v_job;
  perform private.append_logs(v_job, append_job_logs.logs);
  perform private.audit(v_job.agency_id, 'job.logged', v_job.id, null,
    jsonb_build_object('lines', jsonb_array_length(append_job_logs.logs), 'last', v_job.log_lines));
  return v_job.log_lines;
end;
$$;

comment on function public.append_job_logs(uuid, integer, jsonb) is
  'Adds lines [{level, message, context}] to the log of a running job, for a worker or a program of one''s own; run is the number it works for. Returns the last seq. Errors: 403 permission_denied, 404 job_not_found, 409 job_not_running, 422 rows_not_a_list.';
revoke all on function public.append_job_logs(uuid, integer, jsonb) from public, anon;
grant execute on function public.append_job_logs(uuid, integer, jsonb) to authenticated;
