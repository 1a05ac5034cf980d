create or replace function public.retry_scraping_job(job_id uuid)
returns public.scraping_job_details
language plpgsql
volatile
security definer -- jobs have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.scraping_jobs := private.authorize_job(retry_scraping_job.job_id, 'jobs.run', true);
  v_after public.scraping_jobs;
begin
  if v_before.status = 'failed' and v_before.data_source_id is null then
    raise exception using errcode = 'PT409', message = 'data_source_gone',
      detail = 'The data source of this job was deleted.', hint = 'Create a job of another source.';
  end if;
  v_after := private.move_job(v_before, 'pending', 'Set back to be started again.');
  perform private.audit(v_after.agency_id, 'job.retried', v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  return private.job_details(v_after);
end;
$$;

comment on function public.retry_scraping_job(uuid) is
  'Makes a failed job pending again. Started, it goes on after the last row it read, with its counts, and with its time anew. Errors: 403 permission_denied, 404 job_not_found, 409 invalid_transition, data_source_gone.';
revoke all on function public.retry_scraping_job(uuid) from public, anon;
grant execute on function public.retry_scraping_job(uuid) to authenticated;
