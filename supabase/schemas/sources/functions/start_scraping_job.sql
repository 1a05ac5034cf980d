create or replace function public.start_scraping_job(job_id uuid)
returns public.scraping_job_details
language plpgsql
volatile
security definer -- jobs have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.scraping_jobs := private.authorize_job(start_scraping_job.job_id, 'jobs.run', true);
  v_after public.scraping_jobs;
begin
  -- A paused job is resumed, a failed one retried.
  if v_before.status = 'paused' then
    raise exception using errcode = 'PT409', message = 'invalid_transition',
      detail = 'A paused job is not started again.', hint = 'Resume it.';
  end if;
  perform private.require_runnable(v_before);
  v_after := private.move_job(v_before, 'running', 'Started.');
  perform private.audit(v_after.agency_id, 'job.started', v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  return private.job_details(v_after);
end;
$$;

comment on function public.start_scraping_job(uuid) is
  'Starts a pending job: a worker takes it up as soon as one is free. Of two calls at once one wins. Errors: 403 permission_denied, 404 job_not_found, 409 invalid_transition, data_source_inactive, campaign_gone.';
revoke all on function public.start_scraping_job(uuid) from public, anon;
grant execute on function public.start_scraping_job(uuid) to authenticated;
