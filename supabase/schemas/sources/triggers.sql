-- What its jobs come to is no change of the source.
create trigger data_sources_set_updated_at
  before update on public.data_sources
  for each row when (
    new.* is distinct from old.* and (new.metrics, new.last_run_at) is not distinct from (old.metrics, old.last_run_at)
  )
  execute function private.tg_set_updated_at();

create trigger scraping_jobs_check_transition
  before update of status on public.scraping_jobs
  for each row when (new.status <> old.status)
  execute function private.tg_check_transition();

create trigger scraping_jobs_set_progress
  before insert or update on public.scraping_jobs
  for each row execute function private.tg_scraping_jobs__set_progress();

create trigger scraping_jobs_set_updated_at
  before update on public.scraping_jobs
  for each row when (new.* is distinct from old.*)
  execute function private.tg_set_updated_at();

create trigger scraping_jobs_count_for_source
  after insert or update of status, rows_created, run on public.scraping_jobs
  for each row execute function private.tg_scraping_jobs__count_for_source();

create trigger scraping_job_logs_append_only
  before update on public.scraping_job_logs
  for each row execute function private.tg_append_only();

create trigger scraping_job_rejects_append_only
  before update on public.scraping_job_rejects
  for each row execute function private.tg_append_only();

-- A dead letter, above all; a task that ended well has ended its job before. The condition is read by
-- every statement that ends a task of whatever kind, and by none that claims one.
create trigger tasks_end_job
  after update of finished_at on private.tasks
  for each row when (new.finished_at is not null and new.kind = 'scraping_job.run')
  execute function private.tg_tasks__end_job();

create trigger scraping_jobs_notify
  after update of status on public.scraping_jobs
  for each row when (new.status in ('completed', 'failed') and new.status <> old.status)
  execute function private.tg_scraping_jobs__notify();
