create or replace function public.resume_scraping_job(job_id uuid)
returns public.scraping_job_details
language plpgsql
volatile
security definer -- jobs have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.scraping_jobs := private.authorize_job(resume_scraping_job.job_id, 'jobs.run', true);
  v_after public.scraping_jobs;
begin
  if v_before.status = 'pending' then
    raise exception using errcode = 'PT409', message = 'invalid_transition',
      detail = 'A pending job has not begun.', hint = 'Start it.';
  end if;
  perform private.require_runnable(v_before);
  v_after := private.move_job(v_before, 'running', 'Resumed.');
  perform private.audit(v_after.agency_id, 'job.resumed', v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  return private.job_details(v_after);
end;
$$;

comment on function public.resume_scraping_job(uuid) is
  'Lets a paused job go on after the last row it read, also while the worker of before has not noticed the pause. Errors: 403 permission_denied, 404 job_not_found, 409 invalid_transition, data_source_inactive, campaign_gone.';
revoke all on function public.resume_scraping_job(uuid) from public, anon;
grant execute on function public.resume_scraping_job(uuid) to authenticated;
