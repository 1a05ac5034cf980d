alter table public.data_sources enable row level security;
alter table public.data_sources force row level security;
create policy data_sources_select_readers on public.data_sources
  for select to authenticated using (
    agency_id = any ((select private.agencies_with('data_sources.read'))::uuid[])
  );
grant select on public.data_sources to authenticated;

-- Not even the secret key's role reads these past the procedures.
alter table private.data_source_credentials enable row level security;
alter table private.data_source_credentials force row level security;
revoke all on private.data_source_credentials from public, anon, authenticated, service_role;

alter table private.data_source_texts enable row level security;
alter table private.data_source_texts force row level security;

alter table public.scraping_jobs enable row level security;
alter table public.scraping_jobs force row level security;
create policy scraping_jobs_select_readers on public.scraping_jobs
  for select to authenticated using (
    agency_id = any ((select private.agencies_with('jobs.read'))::uuid[])
  );
-- A checkpoint may hold what a provider gave to go on with; ran and seen_at are the worker's clock.
grant select (
  agency_id, id, data_source_id, campaign_id, status, params, max_rows, max_minutes, progress,
  rows_total, rows_read, rows_created, rows_updated, rows_duplicate, rows_rejected, run, log_lines,
  error, scheduled_by, started_at, paused_at, finished_at, created_by, created_at, updated_at
) on public.scraping_jobs to authenticated;

alter table public.scraping_job_logs enable row level security;
alter table public.scraping_job_logs force row level security;
create policy scraping_job_logs_select_readers on public.scraping_job_logs
  for select to authenticated using (
    agency_id = any ((select private.agencies_with('jobs.read'))::uuid[])
  );
grant select on public.scraping_job_logs to authenticated;
alter table private.scraping_job_logs_default enable row level security;
alter table private.scraping_job_logs_default force row level security;

alter table public.scraping_job_rejects enable row level security;
alter table public.scraping_job_rejects force row level security;
create policy scraping_job_rejects_select_readers on public.scraping_job_rejects
  for select to authenticated using (
    agency_id = any ((select private.agencies_with('jobs.read'))::uuid[])
  );
grant select on public.scraping_job_rejects to authenticated;
