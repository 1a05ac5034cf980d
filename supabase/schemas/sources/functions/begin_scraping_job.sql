create or replace function public.begin_scraping_job(task_id uuid, claim bigint)
returns jsonb
language plpgsql
volatile
security definer -- reads what is sealed, and jobs have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_held private.held_job;
  v_job public.scraping_jobs;
  v_answer jsonb;
begin
  perform private.require_service();
  v_held := private.hold_job(begin_scraping_job.task_id, begin_scraping_job.claim);
  if v_held.stop is not null then
    return jsonb_build_object('stop', v_held.stop, 'job', null, 'source', null, 'credentials', null);
  end if;
  v_job := v_held.job;
  update public.scraping_jobs as j
     set seen_at = clock_timestamp()
   where j.agency_id = v_job.agency_id and j.id = v_job.id;
  select jsonb_build_object(
           'stop', null,
           'job', jsonb_build_object(
             'id', v_job.id, 'agency_id', v_job.agency_id, 'run', v_job.run, 'params', v_job.params,
             'checkpoint', v_job.checkpoint, 'campaign_id', v_job.campaign_id, 'rows_read', v_job.rows_read,
             'rows_total', v_job.rows_total, 'max_rows', v_job.max_rows, 'max_minutes', v_job.max_minutes),
           'source', x.secrets - 'credentials',
           'credentials', x.secrets -> 'credentials'
         )
    into v_answer
    from private.data_source_secrets(v_job.agency_id, v_job.data_source_id) as x (secrets);
  perform private.audit(v_job.agency_id, 'job.begun', v_job.id, null,
    jsonb_build_object('run', v_job.run, 'rows_read', v_job.rows_read));
  return v_answer;
end;
$$;

comment on function public.begin_scraping_job(uuid, bigint) is
  'For the worker that has claimed a task of the kind scraping_job.run: {stop, job: {id, agency_id, run, params, checkpoint, campaign_id, rows_read, rows_total, max_rows, max_minutes}, source: {id, type, config, rate_limit}, credentials: {key_id, nonce, ciphertext} or null}. Where stop is not null (superseded, paused, cancelled, completed, failed, gone) there is nothing to do and nothing else is told. Called again after a crash it tells from where to go on. For the secret key alone. Errors: 403 service_required, 409 task_lost, 422 task_of_another_kind.';
revoke all on function public.begin_scraping_job(uuid, bigint) from public, anon, authenticated;
grant execute on function public.begin_scraping_job(uuid, bigint) to service_role;
