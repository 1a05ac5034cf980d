create type public.data_source_status as enum ('active', 'inactive', 'error');
comment on type public.data_source_status is
  'Whether jobs may run: `inactive` was switched off by a person, `error` is what the last connection test found.';

create type public.scraping_job_status as enum (
  'pending', 'running', 'paused', 'completed', 'failed', 'cancelled'
);
comment on type public.scraping_job_status is
  'The life of a job; the moves allowed are rows of private.status_transitions.';
