insert into private.status_transitions (entity, from_status, to_status)
select 'scraping_jobs', from_status, unnest(to_statuses)
  from (values
    ('pending', '{running,cancelled}'::text[]),
    ('running', '{paused,completed,failed,cancelled}'),
    ('paused', '{running,completed,failed,cancelled}'),
    ('failed', '{pending}')
  ) as moves (from_status, to_statuses)
on conflict do nothing;

-- Data sources ---------------------------------------------------------------------------------

create table public.data_sources (
  agency_id uuid not null references public.agencies (id) on delete cascade,
  id uuid not null default private.uuid_v7(),
  type text not null,
  name text not null,
  status public.data_source_status not null default 'active',
  config jsonb not null default '{}',
  text_bytes integer,
  has_credentials boolean not null default false,
  rate_limit integer,
  schedule text,
  schedule_timezone text not null default 'UTC',
  schedule_campaign_id uuid,
  schedule_params jsonb not null default '{}',
  last_run_at timestamptz,
  last_tested_at timestamptz,
  last_error text,
  metrics jsonb not null default
    '{"jobs": 0, "completed": 0, "failed": 0, "cancelled": 0, "leads": 0, "success_rate": null}',
  created_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (agency_id, id),
  constraint data_sources_campaign_is_of_the_agency foreign key (agency_id, schedule_campaign_id)
    references public.campaigns (agency_id, id),
  constraint data_sources_type_is_known check (type in ('csv', 'api', 'apollo', 'zoominfo', 'linkedin')),
  constraint data_sources_name_has_1_to_200_characters check (char_length(name) between 1 and 200),
  constraint data_sources_config_is_an_object check (jsonb_typeof(config) = 'object'),
  constraint data_sources_config_has_at_most_64_kb check (octet_length(config::text) <= 65536),
  -- The worker reads it with the secret key, for which every agency's files are in reach.
  constraint data_sources_path_is_of_the_agency check (
    starts_with(config ->> 'path', agency_id || '/') and config ->> 'path' !~ '(^|/)\.\.?(/|$)'
  ),
  constraint data_sources_rate_limit_is_positive check (rate_limit > 0),
  constraint data_sources_schedule_names_a_campaign check (schedule is null or schedule_campaign_id is not null),
  constraint data_sources_schedule_params_is_an_object check (jsonb_typeof(schedule_params) = 'object'),
  constraint data_sources_error_is_explained check (status <> 'error' or last_error is not null)
);
comment on table public.data_sources is
  'Where leads come from: an uploaded file, an API, a provider. Written by procedures only: credentials, schedule and metrics hang on it.';
comment on column public.data_sources.config is
  'What the connector of the type reads: path, URL, mapping, paging, filters. Never a secret, and never the text of a file.';
comment on column public.data_sources.text_bytes is 'The size of the CSV text kept for the source; null where there is none.';
comment on column public.data_sources.has_credentials is 'Whether sealed credentials are kept. They are never shown.';
comment on column public.data_sources.rate_limit is 'The most requests a minute the owner allows; null leaves it to the provider.';
comment on column public.data_sources.schedule is 'When to run by itself: cron with five fields, in schedule_timezone.';
comment on column public.data_sources.schedule_campaign_id is 'Where the leads of scheduled runs go.';
comment on column public.data_sources.schedule_params is 'The params of scheduled runs.';
comment on column public.data_sources.last_run_at is 'When a job of the source was started or resumed last.';
comment on column public.data_sources.metrics is
  'What its jobs came to, exact at every commit: jobs, completed, failed, cancelled, leads (created), success_rate (completed of those that completed or failed; null with none).';
create index data_sources_agency_id_created_at_idx on public.data_sources (agency_id, created_at desc, id desc);
create index data_sources_agency_id_schedule_campaign_id_idx
  on public.data_sources (agency_id, schedule_campaign_id) where schedule_campaign_id is not null;
create index data_sources_created_by_idx on public.data_sources (created_by);

create table private.data_source_credentials (
  agency_id uuid not null,
  data_source_id uuid not null,
  key_id text not null,
  nonce text not null,
  ciphertext text not null,
  updated_at timestamptz not null default now(),
  primary key (agency_id, data_source_id),
  constraint data_source_credentials_belong_to_a_data_source foreign key (agency_id, data_source_id)
    references public.data_sources (agency_id, id) on delete cascade,
  constraint data_source_credentials_name_a_key check (key_id ~ '^[A-Za-z][A-Za-z0-9_.-]{0,62}$'),
  -- Base64 of 12 bytes; then of the 16 of the tag with something before it.
  constraint data_source_credentials_nonce_is_12_bytes check (nonce ~ '^[A-Za-z0-9+/]{16}$'),
  constraint data_source_credentials_are_sealed check (
    ciphertext ~ '^[A-Za-z0-9+/]+={0,2}$' and char_length(ciphertext) between 24 and 65536
    and char_length(ciphertext) % 4 = 0
  )
);
comment on table private.data_source_credentials is
  'What a source signs in with, sealed (AES-256-GCM) under a key that the database does not have. Out of every role''s reach: two procedures of the worker hand out envelopes.';
comment on column private.data_source_credentials.key_id is 'Which key of CREDENTIAL_KEYS opens it.';

create table private.data_source_texts (
  agency_id uuid not null,
  data_source_id uuid not null,
  content text not null,
  primary key (agency_id, data_source_id),
  constraint data_source_texts_belong_to_a_data_source foreign key (agency_id, data_source_id)
    references public.data_sources (agency_id, id) on delete cascade,
  constraint data_source_texts_have_1_byte_to_1_mb check (octet_length(content) between 1 and 1048576)
);
comment on table private.data_source_texts is
  'CSV text given inline. Beside the source, so that lists and realtime do not carry it.';

-- Jobs -----------------------------------------------------------------------------------------

create table public.scraping_jobs (
  agency_id uuid not null references public.agencies (id) on delete cascade,
  id uuid not null default private.uuid_v7(),
  data_source_id uuid,
  campaign_id uuid not null,
  status public.scraping_job_status not null default 'pending',
  params jsonb not null default '{}',
  max_rows integer,
  max_minutes integer,
  progress integer not null default 0,
  rows_total integer,
  rows_read integer not null default 0,
  rows_created integer not null default 0,
  rows_updated integer not null default 0,
  rows_duplicate integer not null default 0,
  rows_rejected integer not null default 0,
  run integer not null default 0,
  checkpoint jsonb,
  log_lines integer not null default 0,
  ran interval not null default '0',
  seen_at timestamptz,
  error text,
  scheduled_by uuid,
  started_at timestamptz,
  paused_at timestamptz,
  finished_at timestamptz,
  created_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (agency_id, id),
  constraint scraping_jobs_data_source_is_of_the_agency foreign key (agency_id, data_source_id)
    references public.data_sources (agency_id, id) on delete set null (data_source_id),
  constraint scraping_jobs_campaign_is_of_the_agency foreign key (agency_id, campaign_id)
    references public.campaigns (agency_id, id),
  constraint scraping_jobs_live_ones_have_a_data_source check (
    data_source_id is not null or status in ('completed', 'failed', 'cancelled')
  ),
  constraint scraping_jobs_params_is_an_object check (jsonb_typeof(params) = 'object'),
  constraint scraping_jobs_params_have_at_most_64_kb check (octet_length(params::text) <= 65536),
  constraint scraping_jobs_max_rows_is_positive check (max_rows > 0),
  constraint scraping_jobs_max_minutes_is_positive check (max_minutes > 0),
  constraint scraping_jobs_counts_are_not_negative check (
    least(rows_total, rows_read, rows_created, rows_updated, rows_duplicate, rows_rejected, run, log_lines) >= 0
  ),
  constraint scraping_jobs_each_row_counts_once check (
    rows_read = rows_created + rows_updated + rows_duplicate + rows_rejected
  ),
  constraint scraping_jobs_read_no_more_than_max_rows check (rows_read <= max_rows),
  constraint scraping_jobs_checkpoint_is_an_object check (jsonb_typeof(checkpoint) = 'object'),
  constraint scraping_jobs_pause_is_dated check ((status = 'paused') = (paused_at is not null)),
  constraint scraping_jobs_end_is_dated check (
    (status in ('completed', 'failed', 'cancelled')) = (finished_at is not null)
  ),
  constraint scraping_jobs_failure_is_explained check ((status = 'failed') = (error is not null))
);
comment on table public.scraping_jobs is
  'One reading of a data source into a campaign. Written by procedures only: status is a lifecycle, and every count is the sum of what batches did.';
comment on column public.scraping_jobs.data_source_id is 'Null when the source was deleted after the job ended.';
comment on column public.scraping_jobs.params is 'What the connector takes for this run alone, such as filters.';
comment on column public.scraping_jobs.max_rows is 'The job completes when it has read so many rows; null for all.';
comment on column public.scraping_jobs.max_minutes is
  'The job fails when it has run so long, not counting pauses and waiting; a retry goes on from there. Null for any time.';
comment on column public.scraping_jobs.progress is 'Percent; 100 only when completed, 0 while the total is unknown.';
comment on column public.scraping_jobs.rows_total is 'How many rows there are to read, as far as the source has said.';
comment on column public.scraping_jobs.run is
  'Counts up at every start, resume and retry. A worker of an earlier run finds another number here and stops.';
comment on column public.scraping_jobs.checkpoint is
  'From where the connector goes on, after the last batch imported; its own affair. Not shown.';
comment on column public.scraping_jobs.log_lines is 'How many lines the log has: the seq of the last one.';
comment on column public.scraping_jobs.ran is 'How long workers have been at it since the start or the last retry.';
comment on column public.scraping_jobs.seen_at is 'When a worker of this run was heard of last; null before the first.';
comment on column public.scraping_jobs.scheduled_by is 'The task of the schedule that made the job; null for one made by a caller.';
create index scraping_jobs_agency_id_created_at_idx on public.scraping_jobs (agency_id, created_at desc, id desc);
create index scraping_jobs_agency_id_data_source_id_idx
  on public.scraping_jobs (agency_id, data_source_id, created_at desc, id desc);
create index scraping_jobs_agency_id_campaign_id_idx on public.scraping_jobs (agency_id, campaign_id);
create index scraping_jobs_created_by_idx on public.scraping_jobs (created_by);
-- A schedule's task that is tried again finds the job it made.
create unique index scraping_jobs_agency_id_scheduled_by_idx
  on public.scraping_jobs (agency_id, scheduled_by) where scheduled_by is not null;

create table public.scraping_job_logs (
  agency_id uuid not null,
  job_id uuid not null,
  seq integer not null,
  level text not null,
  message text not null,
  context jsonb not null default '{}',
  at timestamptz not null default clock_timestamp(),
  primary key (agency_id, job_id, seq, at),
  constraint scraping_job_logs_belong_to_a_job foreign key (agency_id, job_id)
    references public.scraping_jobs (agency_id, id) on delete cascade,
  constraint scraping_job_logs_seq_is_positive check (seq > 0),
  constraint scraping_job_logs_level_is_known check (level in ('debug', 'info', 'warning', 'error')),
  constraint scraping_job_logs_message_has_1_to_2000_characters check (char_length(message) between 1 and 2000),
  constraint scraping_job_logs_context_is_an_object check (jsonb_typeof(context) = 'object')
) partition by range (at);
comment on table public.scraping_job_logs is
  'What jobs say. Append-only, partitioned by month; months older than the retention are dropped.';
comment on column public.scraping_job_logs.seq is
  'Counts from 1 within the job, without gaps: it is taken under the job''s lock, and a batch that fails gives it back.';

-- Catches what falls outside the months made ahead, so that a late maintenance never fails a batch.
create table private.scraping_job_logs_default partition of public.scraping_job_logs default;

create table public.scraping_job_rejects (
  agency_id uuid not null,
  job_id uuid not null,
  n integer not null,
  row_number integer not null,
  field text,
  reason text not null,
  row jsonb,
  primary key (agency_id, job_id, n),
  constraint scraping_job_rejects_belong_to_a_job foreign key (agency_id, job_id)
    references public.scraping_jobs (agency_id, id) on delete cascade,
  constraint scraping_job_rejects_are_the_first_1000 check (n between 1 and 1000)
);
comment on table public.scraping_job_rejects is
  'What was wrong with rows that a job left out: one line a fault, the first 1,000 of a job. scraping_jobs.rows_rejected counts all such rows.';
comment on column public.scraping_job_rejects.row_number is 'The row''s number in the source, from 1.';
comment on column public.scraping_job_rejects.field is 'The field at fault; null where it is the row as a whole.';
comment on column public.scraping_job_rejects.row is 'What there was of the row; null where it is larger than 64 KB.';

-- Where a lead came from. The columns stand in leads/tables.sql; a deleted source leaves its leads.
alter table public.leads
  add constraint leads_data_source_is_of_the_agency foreign key (agency_id, data_source_id)
    references public.data_sources (agency_id, id) on delete set null (data_source_id),
  add constraint leads_scraping_job_is_of_the_agency foreign key (agency_id, scraping_job_id)
    references public.scraping_jobs (agency_id, id) on delete set null (scraping_job_id);
-- In the order of lists: what a job has found lies together in time, and the planner, which expects it
-- everywhere, would look for it among all that is newer.
create index leads_agency_id_data_source_id_idx
  on public.leads (agency_id, data_source_id, created_at desc, id desc) where data_source_id is not null;
create index leads_agency_id_scraping_job_id_idx
  on public.leads (agency_id, scraping_job_id, created_at desc, id desc) where scraping_job_id is not null;

-- What a worker holds while it speaks for a job.
create type private.held_job as (
  task private.tasks,
  job public.scraping_jobs,
  campaign public.campaigns,
  stop text
);
comment on type private.held_job is
  'A worker''s task and its job, both locked, the campaign that is filled, and why the worker is to stop.';
