create or replace function private.job_state(agency_id uuid, job_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('agency_id', j.agency_id, 'job_id', j.id, 'data_source_id', j.data_source_id,
           'campaign_id', j.campaign_id, 'run', j.run, 'status', j.status, 'progress', j.progress,
           'rows_total', j.rows_total, 'rows_read', j.rows_read, 'rows_created', j.rows_created,
           'rows_updated', j.rows_updated, 'rows_duplicate', j.rows_duplicate, 'rows_rejected', j.rows_rejected,
           'log_lines', j.log_lines, 'error', j.error, 'started_at', j.started_at, 'finished_at', j.finished_at)
    from public.scraping_jobs as j
   where j.agency_id = job_state.agency_id and j.id = job_state.job_id
$$;

comment on function private.job_state(uuid, uuid) is
  'What is told of a job on job:<id> and agency:<id>:jobs: its status, progress and counts.';
