create or replace function private.end_job(
  task_id uuid,
  claim bigint,
  status text,
  reason text default null
)
returns jsonb
language plpgsql
volatile
security invoker -- called by finish_scraping_job
set search_path = ''
as $$
#variable_conflict error
declare
  v_held private.held_job;
  v_before public.scraping_jobs;
  v_after public.scraping_jobs;
  v_error text := left(coalesce(nullif(end_job.reason, ''), 'The worker gave no reason.'), 2000);
begin
  if (end_job.status in ('completed', 'failed')) is not true then
    raise exception using errcode = 'PT422', message = 'job_status_unknown',
      detail = 'A worker ends a job as completed or failed.';
  end if;
  v_held := private.hold_job(end_job.task_id, end_job.claim);
  v_before := v_held.job;
  -- A pause that comes after the last row has nothing to hold back.
  if v_held.stop is not null and v_held.stop <> 'paused' then
    return jsonb_build_object('stop', v_held.stop);
  end if;
  if end_job.status = 'completed' then
    update public.scraping_jobs as j
       set rows_total = j.rows_read
     where j.agency_id = v_before.agency_id and j.id = v_before.id and j.rows_total <> j.rows_read;
    v_after := private.move_job(v_before, 'completed', format(
      'Completed: %s rows read, %s created, %s updated, %s duplicates, %s rejected.', v_before.rows_read,
      v_before.rows_created, v_before.rows_updated, v_before.rows_duplicate, v_before.rows_rejected));
  else
    v_after := private.move_job(v_before, 'failed', v_error, v_error);
  end if;
  perform private.audit(v_after.agency_id, 'job.' || end_job.status, v_after.id,
    to_jsonb(v_before), to_jsonb(v_after));
  return jsonb_build_object('stop', null);
end;
$$;

comment on function private.end_job(uuid, bigint, text, text) is
  'What finish_scraping_job does, for a caller that has the right to.';
