create trigger lead_metric_deltas_announce
  after insert on private.lead_metric_deltas
  referencing new table as new_deltas
  for each statement execute function private.tg_lead_metric_deltas__announce();

create trigger notifications_announce
  after insert on public.notifications
  referencing new table as new_notifications
  for each statement execute function private.tg_notifications__announce();

create trigger scraping_jobs_announce_new
  after insert on public.scraping_jobs
  for each row execute function private.tg_scraping_jobs__announce();

create trigger scraping_jobs_announce_changed
  after update on public.scraping_jobs
  for each row when (
    (old.status, old.progress, old.rows_total, old.rows_read, old.log_lines)
      is distinct from (new.status, new.progress, new.rows_total, new.rows_read, new.log_lines)
  )
  execute function private.tg_scraping_jobs__announce();

create trigger scraping_job_logs_announce
  after insert on public.scraping_job_logs
  referencing new table as new_logs
  for each statement execute function private.tg_scraping_job_logs__announce();
