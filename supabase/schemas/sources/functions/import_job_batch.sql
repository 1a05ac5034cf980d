create or replace function public.import_job_batch(
  task_id uuid,
  claim bigint,
  rows jsonb default '[]',
  rejected jsonb default '[]',
  checkpoint jsonb default null,
  rows_total integer default null,
  logs jsonb default '[]'
)
returns jsonb
language plpgsql
volatile
security definer -- jobs, leads and logs have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_held private.held_job;
  v_job public.scraping_jobs;
  v_rows jsonb := coalesce(import_job_batch.rows, '[]');
  v_rejected jsonb := coalesce(import_job_batch.rejected, '[]');
  v_logs jsonb := coalesce(import_job_batch.logs, '[]');
  v_now timestamptz := clock_timestamp();
  v_counts jsonb;
begin
  perform private.require_service();
  perform private.require_batch(v_rows, v_rejected, v_logs);
  v_held := private.hold_job(import_job_batch.task_id, import_job_batch.claim);
  v_job := v_held.job;
  if v_held.stop is not null then
    return jsonb_build_object('stop', v_held.stop, 'created', 0, 'updated', 0, 'duplicate', 0, 'rejected', 0);
  end if;

  if jsonb_array_length(v_rows) + jsonb_array_length(v_rejected) > v_job.max_rows - v_job.rows_read then
    -- Just the first of them are within the cap, however the batch was cut.
    select coalesce(jsonb_agg(b.entry order by b.n) filter (where b.fits), '[]'),
           coalesce(jsonb_agg(b.entry order by b.n) filter (where not b.fits), '[]')
      into v_rows, v_rejected
      from (
        select e.entry, (e.entry ->> 'row')::integer as n, e.fits
          from (
            select r as entry, true as fits from jsonb_array_elements(v_rows) as r
            union all
            select r, false from jsonb_array_elements(v_rejected) as r
          ) as e
         order by n
         limit v_job.max_rows - v_job.rows_read
      ) as b;
  end if;

  v_counts := private.import_rows(v_held.campaign, (
    select coalesce(jsonb_agg(r.entry -> 'values' order by r.n), '[]')
      from jsonb_array_elements(v_rows) with ordinality as r (entry, n)
  ), v_job.data_source_id, v_job.id);
  perform private.keep_rejects(v_job, v_rows, v_counts -> 'errors', v_rejected);
  v_counts := v_counts - 'errors' || jsonb_build_object(
    'rejected', (v_counts ->> 'rejected')::integer + jsonb_array_length(v_rejected));

  update public.scraping_jobs as j
     set rows_read = j.rows_read + jsonb_array_length(v_rows) + jsonb_array_length(v_rejected),
         rows_created = j.rows_created + (v_counts ->> 'created')::integer,
         rows_updated = j.rows_updated + (v_counts ->> 'updated')::integer,
         rows_duplicate = j.rows_duplicate + (v_counts ->> 'duplicate')::integer,
         rows_rejected = j.rows_rejected + (v_counts ->> 'rejected')::integer,
         rows_total = coalesce(import_job_batch.rows_total, j.rows_total),
         checkpoint = coalesce(import_job_batch.checkpoint, j.checkpoint),
         ran = j.ran + coalesce(v_now - j.seen_at, '0'),
         seen_at = v_now,
         log_lines = j.log_lines + jsonb_array_length(v_logs)
   where j.agency_id = v_job.agency_id and j.id = v_job.id
  returning j.* into v_job;
  perform private.append_logs(v_job, v_logs);
  v_held.stop := private.stop_at_caps(v_job);
  perform private.extend_lease(import_job_batch.task_id, import_job_batch.claim,
    extract(epoch from (v_held.task).lease_until - (v_held.task).heartbeat_at)::integer,
    has_progressed => v_rows <> '[]' or v_rejected <> '[]');
  perform private.audit(v_job.agency_id, 'lead.imported', null, null, v_counts
    || jsonb_build_object('campaign_id', v_job.campaign_id, 'scraping_job_id', v_job.id));
  return v_counts || jsonb_build_object('stop', v_held.stop);
end;
$$;

comment on function public.import_job_batch(uuid, bigint, jsonb, jsonb, jsonb, integer, jsonb) is
  'For the worker that runs a job: imports rows [{row, values: attributes of a lead}] and takes note of rejected ones [{row, field, reason, row_data}], of the checkpoint after them, of the total as far as it is known, and of log lines [{level, message, context}]; all of it or nothing, whatever happens meanwhile. Answers {stop, created, updated, duplicate, rejected}. With stop the worker ends: superseded, paused, cancelled, completed, failed or gone say that nothing of this batch was taken; rows_cap and time_cap that it was, and that the job has ended at its cap. Extends the lease; progress gives the task its attempts back. At most 10,000 rows. For the secret key alone. Errors: 403 service_required, 409 task_lost, 422 rows_not_a_list, import_size_out_of_range, task_of_another_kind.';
revoke all on function public.import_job_batch(uuid, bigint, jsonb, jsonb, jsonb, integer, jsonb) from public, anon, authenticated;
grant execute on function public.import_job_batch(uuid, bigint, jsonb, jsonb, jsonb, integer, jsonb) to service_role;
