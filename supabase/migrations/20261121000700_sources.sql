-- Domain sources, built from supabase/schemas/sources by `deno task db:build`.
--
-- Why:         creates the domain's objects; each stands with its reasons in its schema file.
-- Locks:       nothing that existed before, except a short lock on auth.users where a trigger joins it.
-- Compatible:  yes; a previous version of the app uses none of these objects.
-- Undo:        before 1.0 `deno task db:reset`; afterwards a migration of its own.

-- Functions may call procedures of a domain that comes later.
set check_function_bodies = off;

-- supabase/schemas/sources/types.sql

create type public.data_source_status as enum ('active', 'inactive', 'error');
comment on type public.data_source_status is
  'Whether jobs may run: `inactive` was switched off by a person, `error` is what the last connection test found.';

create type public.scraping_job_status as enum (
  'pending', 'running', 'paused', 'completed', 'failed', 'cancelled'
);
comment on type public.scraping_job_status is
  'The life of a job; the moves allowed are rows of private.status_transitions.';

-- supabase/schemas/sources/tables.sql

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

-- supabase/schemas/sources/views.sql

create view public.scraping_job_details
with (security_invoker = true)
as
select j.agency_id, j.id, j.data_source_id, s.name as data_source_name, s.type as data_source_type,
       j.campaign_id, c.name as campaign_name, j.status, j.params, j.max_rows, j.max_minutes,
       j.progress, j.rows_total, j.rows_read, j.rows_created, j.rows_updated, j.rows_duplicate,
       j.rows_rejected, j.run, j.log_lines, j.error, j.scheduled_by is not null as is_scheduled,
       j.started_at, j.paused_at, j.finished_at, j.created_by, j.created_at, j.updated_at
  from public.scraping_jobs as j
  left join public.data_sources as s on s.agency_id = j.agency_id and s.id = j.data_source_id
  left join public.campaigns as c on c.agency_id = j.agency_id and c.id = j.campaign_id;

comment on view public.scraping_job_details is
  'A job with the names of its source and campaign.';
grant select on public.scraping_job_details to authenticated;

-- supabase/schemas/sources/functions/append_job_logs.sql

create or replace function public.append_job_logs(job_id uuid, run integer, logs jsonb)
returns integer
language plpgsql
volatile
security definer -- logs have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_job public.scraping_jobs := private.authorize_run(append_job_logs.job_id, append_job_logs.run);
begin
  perform private.require_batch('[]', '[]', coalesce(append_job_logs.logs, 'null'));
  update public.scraping_jobs as j
     set log_lines = j.log_lines + jsonb_array_length(append_job_logs.logs)
   where j.agency_id = v_job.agency_id and j.id = v_job.id
  returning j.* into v_job;
  perform private.append_logs(v_job, append_job_logs.logs);
  perform private.audit(v_job.agency_id, 'job.logged', v_job.id, null,
    jsonb_build_object('lines', jsonb_array_length(append_job_logs.logs), 'last', v_job.log_lines));
  return v_job.log_lines;
end;
$$;

comment on function public.append_job_logs(uuid, integer, jsonb) is
  'Adds lines [{level, message, context}] to the log of a running job, for a worker or a program of one''s own; run is the number it works for. Returns the last seq. Errors: 403 permission_denied, 404 job_not_found, 409 job_not_running, 422 rows_not_a_list.';
revoke all on function public.append_job_logs(uuid, integer, jsonb) from public, anon;
grant execute on function public.append_job_logs(uuid, integer, jsonb) to authenticated;

-- supabase/schemas/sources/functions/append_logs.sql

create or replace function private.append_logs(job public.scraping_jobs, logs jsonb)
returns void
language plpgsql
volatile
security invoker -- called by definers that hold the job's lock
set search_path = ''
as $$
#variable_conflict error
begin
  insert into public.scraping_job_logs (agency_id, job_id, seq, level, message, context)
  select (job).agency_id, (job).id, (job).log_lines - jsonb_array_length(append_logs.logs) + l.n,
         case when l.line ->> 'level' in ('debug', 'info', 'warning', 'error') then l.line ->> 'level' else 'info' end,
         coalesce(nullif(left(l.line ->> 'message', 2000), ''), '(no message)'),
         case when jsonb_typeof(l.line -> 'context') = 'object' and octet_length((l.line -> 'context')::text) <= 16384
           then l.line -> 'context' else '{}' end
    from jsonb_array_elements(append_logs.logs) with ordinality as l (line, n);
end;
$$;

comment on function private.append_logs(public.scraping_jobs, jsonb) is
  'Writes lines [{level, message, context}] that the job''s log_lines, raised under its lock just before, counts as its last: so numbers are given in the order of commits, and a rollback gives them back. A line that is not as it should be is made to fit; what is logged never stops a batch.';

-- supabase/schemas/sources/functions/authorize_data_source.sql

create or replace function private.authorize_data_source(
  data_source_id uuid,
  permission text,
  lock boolean default false
)
returns public.data_sources
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_source public.data_sources;
begin
  perform private.require_caller();
  -- Locked before it is judged, so that what was judged is what is changed.
  if authorize_data_source.lock then
    select s.* into v_source
      from public.data_sources as s
     where s.agency_id = any (private.my_agencies()) and s.id = authorize_data_source.data_source_id
       for no key update;
  else
    select s.* into v_source
      from public.data_sources as s
     where s.agency_id = any (private.my_agencies()) and s.id = authorize_data_source.data_source_id;
  end if;
  if v_source.id is null or not private.can(v_source.agency_id, 'data_sources.read') then
    raise exception using errcode = 'PT404', message = 'data_source_not_found',
      detail = 'No data source with this id is visible to you.',
      hint = 'List the data sources to see which ids there are.';
  end if;
  perform private.require(v_source.agency_id, authorize_data_source.permission);
  return v_source;
end;
$$;

comment on function private.authorize_data_source(uuid, text, boolean) is
  'The data source, if the caller may do this with it: 401 not_signed_in, 404 data_source_not_found where it is not visible, 403 permission_denied.';

-- supabase/schemas/sources/functions/authorize_data_source_write.sql

create or replace function public.authorize_data_source_write(data_source_id uuid)
returns public.data_sources
language plpgsql
stable
security definer -- the helpers that authorise are the owner's alone
set search_path = ''
as $$
#variable_conflict error
begin
  return private.authorize_data_source(authorize_data_source_write.data_source_id, 'data_sources.write');
end;
$$;

comment on function public.authorize_data_source_write(uuid) is
  'The data source, if the caller may change it and try its connection: asked, and counted, before the function data-sources opens or seals its credentials or looks at a config for it. Errors: 403 permission_denied, 404 data_source_not_found.';
revoke all on function public.authorize_data_source_write(uuid) from public, anon;
grant execute on function public.authorize_data_source_write(uuid) to authenticated;

-- supabase/schemas/sources/functions/authorize_job.sql

create or replace function private.authorize_job(
  job_id uuid,
  permission text,
  lock boolean default false
)
returns public.scraping_jobs
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_job public.scraping_jobs;
begin
  perform private.require_caller();
  -- Locked before it is judged, so that of two moves at once the second sees the first.
  if authorize_job.lock then
    select j.* into v_job
      from public.scraping_jobs as j
     where j.agency_id = any (private.my_agencies()) and j.id = authorize_job.job_id
       for no key update;
  else
    select j.* into v_job
      from public.scraping_jobs as j
     where j.agency_id = any (private.my_agencies()) and j.id = authorize_job.job_id;
  end if;
  if v_job.id is null or not private.can(v_job.agency_id, 'jobs.read') then
    raise exception using errcode = 'PT404', message = 'job_not_found',
      detail = 'No job with this id is visible to you.',
      hint = 'List the jobs to see which ids there are.';
  end if;
  perform private.require(v_job.agency_id, authorize_job.permission);
  return v_job;
end;
$$;

comment on function private.authorize_job(uuid, text, boolean) is
  'The job, if the caller may do this with it: 401 not_signed_in, 404 job_not_found where it is not visible, 403 permission_denied.';

-- supabase/schemas/sources/functions/authorize_new_data_source.sql

create or replace function public.authorize_new_data_source(agency_id uuid default null)
returns jsonb
language plpgsql
stable -- it writes nothing, which is what call_procedure reads in this; no statement asks it twice
security definer -- the helpers that authorise are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(authorize_new_data_source.agency_id);
  v_seed text := private.uuid_v7();
begin
  perform private.require(v_agency, 'data_sources.write');
  return jsonb_build_object(
    'agency_id', v_agency, 'id', private.new_source_id(v_agency, v_seed), 'id_seed', v_seed);
end;
$$;

comment on function public.authorize_new_data_source(uuid) is
  'Who a data source will be that the caller may create: {agency_id, id, id_seed}, where id is what create_data_source makes of id_seed. Asked by the function data-sources before it seals credentials for it. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found.';
revoke all on function public.authorize_new_data_source(uuid) from public, anon;
grant execute on function public.authorize_new_data_source(uuid) to authenticated;

-- supabase/schemas/sources/functions/authorize_run.sql

create or replace function private.authorize_run(job_id uuid, run integer)
returns public.scraping_jobs
language plpgsql
volatile
security invoker -- called by definers
set search_path = ''
as $$
#variable_conflict error
declare
  v_job public.scraping_jobs := private.authorize_job(authorize_run.job_id, 'jobs.run', true);
begin
  if v_job.run is distinct from authorize_run.run or v_job.status <> 'running' then
    raise exception using errcode = 'PT409', message = 'job_not_running',
      detail = format('The job is %s, and its run is number %s.', v_job.status, v_job.run),
      hint = 'Whoever works for another run has to stop.';
  end if;
  return v_job;
end;
$$;

comment on function private.authorize_run(uuid, integer) is
  'Locks a job for whoever works for this run of it. Errors: 403 permission_denied, 404 job_not_found, 409 job_not_running.';

-- supabase/schemas/sources/functions/begin_scraping_job.sql

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

-- supabase/schemas/sources/functions/cancel_scraping_job.sql

create or replace function public.cancel_scraping_job(job_id uuid)
returns public.scraping_job_details
language plpgsql
volatile
security definer -- jobs have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.scraping_jobs := private.authorize_job(cancel_scraping_job.job_id, 'jobs.run', true);
  v_after public.scraping_jobs;
begin
  v_after := private.move_job(v_before, 'cancelled', 'Cancelled.');
  perform private.audit(v_after.agency_id, 'job.cancelled', v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  return private.job_details(v_after);
end;
$$;

comment on function public.cancel_scraping_job(uuid) is
  'Ends a job that is pending, running or paused; what it has imported stays. Errors: 403 permission_denied, 404 job_not_found, 409 invalid_transition.';
revoke all on function public.cancel_scraping_job(uuid) from public, anon;
grant execute on function public.cancel_scraping_job(uuid) to authenticated;

-- supabase/schemas/sources/functions/create_data_source.sql

create or replace function public.create_data_source(
  type text,
  name text,
  attributes jsonb default '{}',
  credentials jsonb default null,
  agency_id uuid default null,
  id_seed text default null
)
returns public.data_sources
language plpgsql
volatile
security definer -- sources have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(create_data_source.agency_id);
  v_source public.data_sources;
begin
  perform private.require(v_agency, 'data_sources.write');
  perform private.require_keys(create_data_source.attributes, array_remove(private.data_source_fields(), 'name'));
  perform private.require_source_status(create_data_source.attributes ->> 'status');

  -- A key that says null is as good as none: the column's default holds.
  v_source := jsonb_populate_record(
    null::public.data_sources,
    '{"status": "active", "config": {}, "schedule_timezone": "UTC", "schedule_params": {}}'
      || (select coalesce(jsonb_object_agg(a.key, a.value), '{}')
            from jsonb_each(create_data_source.attributes) as a where a.value <> 'null')
      || jsonb_build_object('name', create_data_source.name, 'type', create_data_source.type)
  );
  perform private.require_keys(v_source.config, private.source_settings(v_source.type));
  perform private.require_keys(v_source.schedule_params, private.source_settings(v_source.type, true));
  insert into public.data_sources (
    agency_id, id, type, name, status, config, has_credentials, rate_limit, schedule, schedule_timezone,
    schedule_campaign_id, schedule_params, created_by
  )
  values (
    v_agency,
    case when create_data_source.id_seed is null then private.uuid_v7()
      else private.new_source_id(v_agency, create_data_source.id_seed) end,
    v_source.type, v_source.name, v_source.status, v_source.config - 'text',
    coalesce(create_data_source.credentials, '{}') <> '{}', v_source.rate_limit, v_source.schedule,
    v_source.schedule_timezone, v_source.schedule_campaign_id, v_source.schedule_params, private.uid()
  )
  returning * into v_source;
  perform private.keep_credentials(v_source, create_data_source.credentials);
  if create_data_source.attributes -> 'config' ? 'text' then
    update public.data_sources as s
       set text_bytes = private.keep_text(v_source, create_data_source.attributes -> 'config')
     where s.agency_id = v_agency and s.id = v_source.id
    returning * into v_source;
  end if;
  perform private.follow_schedule(v_source);
  perform private.audit(v_agency, 'data_source.created', v_source.id, null, to_jsonb(v_source));
  return v_source;
end;
$$;

comment on function public.create_data_source(text, text, jsonb, jsonb, uuid, text) is
  'Connects a source of leads: csv, api, apollo, zoominfo or linkedin. Attributes: status, config, rate_limit, schedule (cron), schedule_timezone, schedule_campaign_id, schedule_params. The config of a csv has the path of an object in the bucket imports, or the text itself (up to 1 MB), which is kept apart and counted in text_bytes. Credentials come as a sealed envelope {key_id, nonce, ciphertext}; they are never told again. An envelope opens for one source alone, so that whoever seals asks authorize_new_data_source for the id to be, and gives the seed that comes with it. A schedule needs jobs.run as well. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, campaign_not_found, 422 unknown_field, not_an_object, data_source_status_unknown, credentials_not_sealed, text_too_large, cron_invalid, timezone_unknown, and the named checks of data_sources.';
revoke all on function public.create_data_source(text, text, jsonb, jsonb, uuid, text) from public, anon;
grant execute on function public.create_data_source(text, text, jsonb, jsonb, uuid, text) to authenticated;

-- supabase/schemas/sources/functions/create_scraping_job.sql

create or replace function public.create_scraping_job(
  data_source_id uuid,
  campaign_id uuid,
  params jsonb default '{}',
  max_rows integer default null,
  max_minutes integer default null
)
returns public.scraping_job_details
language plpgsql
volatile
security definer -- jobs have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_source public.data_sources := private.authorize_data_source(create_scraping_job.data_source_id, 'jobs.run');
  v_campaign public.campaigns := private.authorize_campaign(create_scraping_job.campaign_id, 'jobs.run');
  v_job public.scraping_jobs;
begin
  if v_campaign.agency_id <> v_source.agency_id then
    raise exception using errcode = 'PT404', message = 'campaign_not_found',
      detail = 'The campaign is of another agency than the data source.',
      hint = 'List the campaigns of the data source''s agency.';
  end if;
  perform private.require_keys(
    coalesce(create_scraping_job.params, '{}'), private.source_settings(v_source.type, true));
  insert into public.scraping_jobs (
    agency_id, data_source_id, campaign_id, params, max_rows, max_minutes, created_by
  )
  values (
    v_source.agency_id, v_source.id, v_campaign.id, coalesce(create_scraping_job.params, '{}'),
    create_scraping_job.max_rows, create_scraping_job.max_minutes, private.uid()
  )
  returning * into v_job;
  perform private.audit(v_job.agency_id, 'job.created', v_job.id, null, to_jsonb(v_job));
  return private.job_details(v_job);
end;
$$;

comment on function public.create_scraping_job(uuid, uuid, jsonb, integer, integer) is
  'Makes a pending job that is to read a data source into a campaign; start_scraping_job sets it going. max_rows and max_minutes end it early. Errors: 403 permission_denied, 404 data_source_not_found, campaign_not_found, 422 unknown_field, not_an_object, and the named checks of scraping_jobs.';
revoke all on function public.create_scraping_job(uuid, uuid, jsonb, integer, integer) from public, anon;
grant execute on function public.create_scraping_job(uuid, uuid, jsonb, integer, integer) to authenticated;

-- supabase/schemas/sources/functions/data_source_fields.sql

create or replace function private.data_source_fields()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select '{name,status,config,rate_limit,schedule,schedule_timezone,schedule_campaign_id,schedule_params}'::text[]
$$;

comment on function private.data_source_fields() is 'What a caller may say about a data source.';

-- supabase/schemas/sources/functions/data_source_secrets.sql

create or replace function private.data_source_secrets(agency_id uuid, data_source_id uuid)
returns jsonb
language plpgsql
stable
security invoker -- called by definers of the worker
set search_path = ''
as $$
#variable_conflict error
declare
  v_secrets jsonb;
begin
  select jsonb_build_object(
           'id', s.id, 'agency_id', s.agency_id, 'type', s.type, 'rate_limit', s.rate_limit,
           'config', s.config || case when t.content is null then '{}' else jsonb_build_object('text', t.content) end,
           'credentials', case when c.key_id is not null then
             jsonb_build_object('key_id', c.key_id, 'nonce', c.nonce, 'ciphertext', c.ciphertext) end
         )
    into v_secrets
    from public.data_sources as s
    left join private.data_source_texts as t on t.agency_id = s.agency_id and t.data_source_id = s.id
    left join private.data_source_credentials as c on c.agency_id = s.agency_id and c.data_source_id = s.id
   where s.agency_id = data_source_secrets.agency_id and s.id = data_source_secrets.data_source_id;
  return v_secrets;
end;
$$;

comment on function private.data_source_secrets(uuid, uuid) is
  'What a connector works with: {id, agency_id, type, config (with the inline text), rate_limit, credentials: the sealed envelope or null}; null where there is no such source. Out of every role''s reach.';
revoke all on function private.data_source_secrets(uuid, uuid) from public, anon, authenticated, service_role;

-- supabase/schemas/sources/functions/delete_data_source.sql

create or replace function public.delete_data_source(data_source_id uuid)
returns public.data_sources
language plpgsql
volatile
security definer -- sources have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_source public.data_sources := private.authorize_data_source(delete_data_source.data_source_id, 'data_sources.write');
  v_live integer;
begin
  -- The jobs before their source, as everywhere: whoever moves one of them has it before the source's metrics.
  perform from public.scraping_jobs as j
    where j.agency_id = v_source.agency_id and j.data_source_id = v_source.id
    order by j.id
      for update;
  -- And against new ones: a job that is being made refers to its source before it waits for it.
  perform from public.data_sources as s where s.agency_id = v_source.agency_id and s.id = v_source.id for update;
  v_source := private.authorize_data_source(delete_data_source.data_source_id, 'data_sources.write');
  select count(*) into v_live
    from public.scraping_jobs as j
   where j.agency_id = v_source.agency_id and j.data_source_id = v_source.id
     and j.status in ('pending', 'running', 'paused');
  if v_live > 0 then
    raise exception using errcode = 'PT409', message = 'data_source_in_use',
      detail = format('%s jobs of this data source have not ended.', v_live),
      hint = 'Cancel them first.';
  end if;
  perform private.drop_schedule(format('data_source:%s', v_source.id));
  delete from public.data_sources as s where s.agency_id = v_source.agency_id and s.id = v_source.id;
  perform private.audit(v_source.agency_id, 'data_source.deleted', v_source.id, to_jsonb(v_source), null);
  return v_source;
end;
$$;

comment on function public.delete_data_source(uuid) is
  'Deletes a data source with its credentials and its schedule. Its jobs, their logs and its leads stay, without it. Errors: 403 permission_denied, 404 data_source_not_found, 409 data_source_in_use while a job of it is pending, running or paused.';
revoke all on function public.delete_data_source(uuid) from public, anon;
grant execute on function public.delete_data_source(uuid) to authenticated;

-- supabase/schemas/sources/functions/end_job.sql

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

-- supabase/schemas/sources/functions/export_job_rejects.sql

create or replace function public.export_job_rejects(job_id uuid)
returns public."text/csv"
language plpgsql
stable
security definer -- the helpers that authorise are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_job public.scraping_jobs := private.authorize_job(export_job_rejects.job_id, 'jobs.read');
  v_columns text[];
  v_lines text;
begin
  -- A column for every field that any of the rows has, so that the file can be mended and read again.
  v_columns := array(
    select distinct k.field
      from public.scraping_job_rejects as r
     cross join lateral jsonb_object_keys(case jsonb_typeof(r.row) when 'object' then r.row end) as k (field)
     where r.agency_id = v_job.agency_id and r.job_id = v_job.id
     order by k.field
  );
  select string_agg(concat_ws(',', r.row_number, private.csv_cell(r.faults), (
           select string_agg(private.csv_cell(
                    case when jsonb_typeof(r.row) = 'object' then r.row ->> c.field end), ',' order by c.n)
             from unnest(v_columns) with ordinality as c (field, n)
         )), e'\r\n' order by r.row_number)
    into v_lines
    from (
      select f.row_number, string_agg(concat_ws(' ', f.field, f.reason), '; ' order by f.n) as faults,
             (array_agg(f.row order by f.n))[1] as row
        from public.scraping_job_rejects as f
       where f.agency_id = v_job.agency_id and f.job_id = v_job.id
       group by f.row_number
    ) as r;
  return concat_ws(e'\r\n', concat_ws(',', 'row', 'fault', (
    select string_agg(private.csv_cell(c.field), ',' order by c.n) from unnest(v_columns) with ordinality as c (field, n)
  )), v_lines, '');
end;
$$;

comment on function public.export_job_rejects(uuid) is
  'The rows a job left out, as one CSV text with a header line: number, what was wrong, and the row''s fields; of the first 1,000 faults. Cells that begin like a formula are led by an apostrophe. Ask for it with `Accept: text/csv`. Errors: 401 not_signed_in, 404 job_not_found.';
revoke all on function public.export_job_rejects(uuid) from public, anon;
grant execute on function public.export_job_rejects(uuid) to authenticated;

-- supabase/schemas/sources/functions/finish_scraping_job.sql

create or replace function public.finish_scraping_job(
  task_id uuid,
  claim bigint,
  status text,
  error text default null
)
returns jsonb
language sql -- where an argument may be called error
volatile
security definer -- jobs have no write grants
set search_path = ''
as $$
  select private.require_service();
  select private.end_job(
    finish_scraping_job.task_id, finish_scraping_job.claim, finish_scraping_job.status, finish_scraping_job.error);
$$;

comment on function public.finish_scraping_job(uuid, bigint, text, text) is
  'For the worker that runs a job: ends it as completed, its total then being the rows read, or failed with the error. Answers {stop}: null, or why this was not the worker''s to say any more (superseded, cancelled, completed, failed, gone); the worker completes its task in either case. For the secret key alone. Errors: 403 service_required, 409 task_lost, 422 job_status_unknown, task_of_another_kind.';
revoke all on function public.finish_scraping_job(uuid, bigint, text, text) from public, anon, authenticated;
grant execute on function public.finish_scraping_job(uuid, bigint, text, text) to service_role;

-- supabase/schemas/sources/functions/follow_schedule.sql

create or replace function private.follow_schedule(source public.data_sources, before public.data_sources default null)
returns void
language plpgsql
volatile
security invoker -- called by definers that have authorised
set search_path = ''
as $$
#variable_conflict error
declare
  v_name text := format('data_source:%s', (source).id);
begin
  -- A schedule starts jobs, in the name of whoever sets it.
  if ((source).schedule, (source).schedule_campaign_id, (source).schedule_params)
      is distinct from ((before).schedule, (before).schedule_campaign_id, (before).schedule_params)
    and (source).schedule is not null then
    perform private.authorize_campaign((source).schedule_campaign_id, 'jobs.run');
  end if;
  -- Left alone where it is the same: set anew it would forget a time that has come.
  if ((source).schedule, (source).schedule_timezone, (source).status = 'inactive')
    is not distinct from ((before).schedule, (before).schedule_timezone, (before).status = 'inactive') then
    return;
  end if;
  if (source).schedule is null or (source).status = 'inactive' then
    perform private.drop_schedule(v_name);
  else
    perform private.set_schedule(v_name, (source).schedule, 'data_source.scheduled_run',
      jsonb_build_object('data_source_id', (source).id, 'agency_id', (source).agency_id),
      (source).agency_id, (source).schedule_timezone);
  end if;
end;
$$;

comment on function private.follow_schedule(public.data_sources, public.data_sources) is
  'Makes the clock do what the source says: no schedule, or an inactive source, fires nothing. Errors: 403 permission_denied for who may not run jobs, 404 campaign_not_found, 422 cron_invalid, timezone_unknown.';

-- supabase/schemas/sources/functions/get_data_source.sql

create or replace function public.get_data_source(data_source_id uuid)
returns public.data_sources
language plpgsql
stable
security definer -- the helpers that authorise are the owner's alone
set search_path = ''
as $$
#variable_conflict error
begin
  return private.authorize_data_source(get_data_source.data_source_id, 'data_sources.read');
end;
$$;

comment on function public.get_data_source(uuid) is
  'A data source with its metrics. Errors: 401 not_signed_in, 404 data_source_not_found.';
revoke all on function public.get_data_source(uuid) from public, anon;
grant execute on function public.get_data_source(uuid) to authenticated;

-- supabase/schemas/sources/functions/get_data_source_secrets.sql

create or replace function public.get_data_source_secrets(data_source_id uuid)
returns jsonb
language plpgsql
stable
security definer -- reads what is sealed, which nobody else may
set search_path = ''
as $$
#variable_conflict error
declare
  v_secrets jsonb;
begin
  perform private.require_service();
  select private.data_source_secrets(s.agency_id, s.id) into v_secrets
    from public.data_sources as s
   where s.id = get_data_source_secrets.data_source_id;
  if v_secrets is null then
    raise exception using errcode = 'PT404', message = 'data_source_not_found',
      detail = 'There is no data source with this id.';
  end if;
  return v_secrets;
end;
$$;

comment on function public.get_data_source_secrets(uuid) is
  'What a connector works with: {id, agency_id, type, config (with the inline text), rate_limit, credentials: the sealed envelope {key_id, nonce, ciphertext} or null}. For the secret key alone. Errors: 403 service_required, 404 data_source_not_found.';
revoke all on function public.get_data_source_secrets(uuid) from public, anon, authenticated;
grant execute on function public.get_data_source_secrets(uuid) to service_role;

-- supabase/schemas/sources/functions/get_scraping_job.sql

create or replace function public.get_scraping_job(job_id uuid)
returns public.scraping_job_details
language plpgsql
stable
security definer -- the helpers that authorise are the owner's alone
set search_path = ''
as $$
#variable_conflict error
begin
  return private.job_details(private.authorize_job(get_scraping_job.job_id, 'jobs.read'));
end;
$$;

comment on function public.get_scraping_job(uuid) is
  'A job with its progress and counts, and the names of its source and campaign. Errors: 401 not_signed_in, 404 job_not_found.';
revoke all on function public.get_scraping_job(uuid) from public, anon;
grant execute on function public.get_scraping_job(uuid) to authenticated;

-- supabase/schemas/sources/functions/hold_job.sql

create or replace function private.hold_job(task_id uuid, claim bigint)
returns private.held_job
language plpgsql
volatile
security invoker -- called by definers of the worker
set search_path = ''
as $$
#variable_conflict error
declare
  v_task private.tasks;
  v_job public.scraping_jobs;
  v_before public.scraping_jobs;
  v_campaign public.campaigns;
  v_stop text;
begin
  -- The task before the job, here and wherever both are locked.
  v_task := private.hold_task(hold_job.task_id, hold_job.claim);
  if v_task.kind <> 'scraping_job.run' then
    raise exception using errcode = 'PT422', message = 'task_of_another_kind',
      detail = format('The task is of the kind %s.', v_task.kind);
  end if;
  select j.* into v_job
    from public.scraping_jobs as j
   where j.agency_id = v_task.agency_id and j.id = (v_task.payload ->> 'job_id')::uuid
     for no key update;
  if v_job.id is null then
    v_stop := 'gone';
  elsif v_job.run <> (v_task.payload ->> 'run')::integer then
    v_stop := 'superseded';
  elsif v_job.status <> 'running' then
    v_stop := v_job.status;
  else
    select c.* into v_campaign
      from public.campaigns as c
      join public.agencies as a on a.id = c.agency_id and a.archived_at is null
     where c.agency_id = v_job.agency_id and c.id = v_job.campaign_id and c.deleted_at is null;
    if not found then
      v_before := v_job;
      v_job := private.move_job(v_job, 'failed',
        'The campaign was deleted, or the agency archived.', 'The campaign was deleted, or the agency archived.');
      perform private.audit(v_job.agency_id, 'job.failed', v_job.id, to_jsonb(v_before), to_jsonb(v_job));
      v_stop := 'failed';
    end if;
  end if;
  return row(v_task, v_job, v_campaign, v_stop);
end;
$$;

comment on function private.hold_job(uuid, bigint) is
  'Locks a worker''s task and its job, and says why the worker is to stop: superseded (the job was resumed or retried since), paused, cancelled, completed, failed, gone; null where the job is this worker''s. Errors: 409 task_lost, 422 task_of_another_kind.';

-- supabase/schemas/sources/functions/import_job_batch.sql

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

-- supabase/schemas/sources/functions/job_details.sql

create or replace function private.job_details(job public.scraping_jobs)
returns public.scraping_job_details
language plpgsql
volatile
security invoker -- called by definers that have authorised
set search_path = ''
as $$
#variable_conflict error
declare
  v_details public.scraping_job_details;
begin
  select d.* into v_details
    from public.scraping_job_details as d
   where d.agency_id = (job).agency_id and d.id = (job).id;
  return v_details;
end;
$$;

comment on function private.job_details(public.scraping_jobs) is
  'A job as it stands, with the names of its source and campaign.';

-- supabase/schemas/sources/functions/keep_credentials.sql

create or replace function private.keep_credentials(source public.data_sources, credentials jsonb)
returns void
language plpgsql
volatile
security invoker -- called by definers that have authorised
set search_path = ''
as $$
#variable_conflict error
begin
  if keep_credentials.credentials is null then
    return;
  end if;
  if keep_credentials.credentials = '{}' then
    delete from private.data_source_credentials as c
     where c.agency_id = (source).agency_id and c.data_source_id = (source).id;
    return;
  end if;
  -- What is no envelope is not repeated in the error: it may be a secret.
  if jsonb_typeof(keep_credentials.credentials) <> 'object'
    or not keep_credentials.credentials ?& '{key_id,nonce,ciphertext}'::text[]
    or keep_credentials.credentials - '{key_id,nonce,ciphertext}'::text[] <> '{}' then
    raise exception using errcode = 'PT422', message = 'credentials_not_sealed',
      detail = 'Credentials are kept as an envelope {key_id, nonce, ciphertext} alone.',
      hint = 'Send them to the function data-sources, which seals them.';
  end if;
  insert into private.data_source_credentials as c (agency_id, data_source_id, key_id, nonce, ciphertext)
  values ((source).agency_id, (source).id, keep_credentials.credentials ->> 'key_id',
    keep_credentials.credentials ->> 'nonce', keep_credentials.credentials ->> 'ciphertext')
  on conflict on constraint data_source_credentials_pkey do update
     set key_id = excluded.key_id, nonce = excluded.nonce, ciphertext = excluded.ciphertext, updated_at = now();
exception
  when check_violation then
    raise exception using errcode = 'PT422', message = 'credentials_not_sealed',
      detail = 'This is no envelope {key_id, nonce, ciphertext} of sealed credentials.',
      hint = 'Send them to the function data-sources, which seals them.';
end;
$$;

comment on function private.keep_credentials(public.data_sources, jsonb) is
  'Keeps a source''s sealed credentials: null leaves what there is, {} forgets it. Error: 422 credentials_not_sealed.';

-- supabase/schemas/sources/functions/keep_job_logs.sql

create or replace function private.keep_job_logs(months_kept integer default 6, months_ahead integer default 3)
returns text[]
language plpgsql
volatile
security definer -- only the owner may add and drop partitions
set search_path = ''
-- Dropping a month locks jobs for a moment; where it cannot have that moment, it is tried again the next day.
set lock_timeout = '3s'
as $$
#variable_conflict error
declare
  v_since timestamptz := date_trunc('month', now()) - make_interval(months => keep_job_logs.months_kept);
  v_name text;
  v_dropped text[] := '{}'::text[];
begin
  perform private.create_month_partitions('public.scraping_job_logs', keep_job_logs.months_ahead);
  for v_name in
    select c.relname
      from pg_catalog.pg_inherits as i
      join pg_catalog.pg_class as c on c.oid = i.inhrelid
     where i.inhparent = 'public.scraping_job_logs'::regclass
       and c.relname ~ '_\d{4}_\d\d$'
       and to_date(right(c.relname, 7), 'YYYY_MM') < v_since
     order by c.relname
  loop
    execute format('drop table private.%I', v_name);
    v_dropped := v_dropped || v_name;
  end loop;
  -- Rows that were left out are people's data as well.
  delete from public.scraping_job_rejects as r
   using public.scraping_jobs as j
   where j.agency_id = r.agency_id and j.id = r.job_id and j.finished_at < v_since;
  return v_dropped;
end;
$$;

comment on function private.keep_job_logs(integer, integer) is
  'Makes the months ahead of the jobs'' logs and drops those older than the months kept, and what is kept of rows that jobs ended before then left out; returns the dropped months'' names. Called every day by private.tick().';

-- supabase/schemas/sources/functions/keep_rejects.sql

create or replace function private.keep_rejects(
  job public.scraping_jobs,
  rows jsonb,
  errors jsonb,
  rejected jsonb
)
returns void
language plpgsql
volatile
security invoker -- called by definers that hold the job's lock
set search_path = ''
as $$
#variable_conflict error
declare
  v_kept integer;
begin
  if keep_rejects.errors = '[]' and keep_rejects.rejected = '[]' then
    return;
  end if;
  select coalesce(max(r.n), 0) into v_kept
    from public.scraping_job_rejects as r
   where r.agency_id = (job).agency_id and r.job_id = (job).id;
  insert into public.scraping_job_rejects (agency_id, job_id, n, row_number, field, reason, row)
  select (job).agency_id, (job).id,
         v_kept + row_number() over (order by f.row_number, f.field), f.row_number, f.field, f.reason,
         case when octet_length(f.row::text) <= 65536 then f.row end
    from (
      -- The import counts rows within the batch, the source within itself.
      select (r.entry ->> 'row')::integer as row_number, e.error ->> 'field' as field,
             e.error ->> 'reason' as reason, r.entry -> 'values' as row
        from jsonb_array_elements(keep_rejects.errors) as e (error)
       cross join lateral (select keep_rejects.rows -> ((e.error ->> 'row')::integer - 1)) as r (entry)
      union all
      select (e.entry ->> 'row')::integer, e.entry ->> 'field',
             coalesce(e.entry ->> 'reason', 'cannot be used'), e.entry -> 'row_data'
        from jsonb_array_elements(keep_rejects.rejected) as e (entry)
    ) as f
   order by f.row_number, f.field
   limit 1000 - v_kept;
end;
$$;

comment on function private.keep_rejects(public.scraping_jobs, jsonb, jsonb, jsonb) is
  'Keeps what was wrong with a batch''s rows, until a job has 1,000 such lines.';

-- supabase/schemas/sources/functions/keep_text.sql

create or replace function private.keep_text(source public.data_sources, config jsonb)
returns integer
language plpgsql
volatile
security invoker -- called by definers that have authorised
set search_path = ''
as $$
#variable_conflict error
declare
  v_text text := keep_text.config ->> 'text';
begin
  if v_text is not null then
    if octet_length(v_text) > 1048576 then
      raise exception using errcode = 'PT422', message = 'text_too_large',
        detail = 'A text given inline has at most 1 MB.',
        hint = 'Upload the file to the bucket imports and give its path.';
    end if;
    insert into private.data_source_texts as t (agency_id, data_source_id, content)
    values ((source).agency_id, (source).id, v_text)
    on conflict on constraint data_source_texts_pkey do update set content = excluded.content;
    return octet_length(v_text);
  end if;
  -- A config that was read has no text in it and may be written back; one that names a file has done with it.
  if keep_text.config ? 'path' or keep_text.config ? 'text' then
    delete from private.data_source_texts as t
     where t.agency_id = (source).agency_id and t.data_source_id = (source).id;
    return null;
  end if;
  return (source).text_bytes;
end;
$$;

comment on function private.keep_text(public.data_sources, jsonb) is
  'Moves the inline text of a config to where texts are kept and returns its size in bytes; a config with a path, or with text null, forgets the text there was. Error: 422 text_too_large.';

-- supabase/schemas/sources/functions/list_data_sources.sql

create or replace function public.list_data_sources(
  agency_id uuid default null,
  type text default null,
  status text default null,
  search text default null,
  page integer default 1,
  page_size integer default 20,
  sort_by text default 'created_at',
  sort_order text default 'desc',
  cursor text default null
)
returns jsonb
language plpgsql
stable
security definer -- checks the permission once and filters by it, which lets every index be used
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(list_data_sources.agency_id);
begin
  perform private.require(v_agency, 'data_sources.read');
  return private.page_of(
    'public.data_sources',
    format('t.agency_id = %L', v_agency)
      || coalesce(' and t.type = ' || quote_literal(list_data_sources.type), '')
      || coalesce(' and t.status::text = ' || quote_literal(list_data_sources.status), '')
      || coalesce(' and strpos(lower(t.name), lower(' || quote_literal(list_data_sources.search) || ')) > 0', ''),
    '{created_at,updated_at,name,status,type}', list_data_sources.page, list_data_sources.page_size,
    list_data_sources.sort_by, list_data_sources.sort_order, list_data_sources.cursor);
end;
$$;

comment on function public.list_data_sources(uuid, text, text, text, integer, integer, text, text, text) is
  'A page of data sources: {items, total}, or with a cursor (empty for the first page) {items, next_cursor}. Search looks into the name. Sorted by created_at, updated_at, name, status or type. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, 422 page_out_of_range, sort_unknown, sort_order_unknown, cursor_invalid.';
revoke all on function public.list_data_sources(uuid, text, text, text, integer, integer, text, text, text) from public, anon;
grant execute on function public.list_data_sources(uuid, text, text, text, integer, integer, text, text, text) to authenticated;

-- supabase/schemas/sources/functions/list_job_logs.sql

create or replace function public.list_job_logs(
  job_id uuid,
  level text default null,
  after_seq integer default 0,
  page_size integer default 100
)
returns jsonb
language plpgsql
stable
security definer -- the helpers that authorise are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_job public.scraping_jobs := private.authorize_job(list_job_logs.job_id, 'jobs.read');
  v_items jsonb;
begin
  if list_job_logs.level not in ('debug', 'info', 'warning', 'error') then
    raise exception using errcode = 'PT422', message = 'log_level_unknown',
      detail = format('There is no log level %s.', list_job_logs.level),
      hint = 'One of debug, info, warning, error.';
  end if;
  perform private.page_offset(1, list_job_logs.page_size);
  -- One line more than the page tells whether there is another page.
  select coalesce(jsonb_agg(to_jsonb(r) order by r.seq), '[]')
    into v_items
    from (
      select l.seq, l.level, l.message, l.context, l.at
        from public.scraping_job_logs as l
       where l.agency_id = v_job.agency_id and l.job_id = v_job.id
         and l.seq > coalesce(list_job_logs.after_seq, 0)
         and (list_job_logs.level is null or l.level = list_job_logs.level)
       order by l.seq
       limit list_job_logs.page_size + 1
    ) as r;
  return case when jsonb_array_length(v_items) > list_job_logs.page_size
    then jsonb_build_object('items', v_items - -1, 'next_cursor', v_items -> -2 ->> 'seq')
    else jsonb_build_object('items', v_items, 'next_cursor', null)
  end;
end;
$$;

comment on function public.list_job_logs(uuid, text, integer, integer) is
  'The lines of a job''s log after a seq, in order: {items: [{seq, level, message, context, at}], next_cursor: the seq to go on after, or null at the end}. Errors: 401 not_signed_in, 404 job_not_found, 422 log_level_unknown, page_out_of_range.';
revoke all on function public.list_job_logs(uuid, text, integer, integer) from public, anon;
grant execute on function public.list_job_logs(uuid, text, integer, integer) to authenticated;

-- supabase/schemas/sources/functions/list_job_rejects.sql

create or replace function public.list_job_rejects(
  job_id uuid,
  page integer default 1,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- the helpers that authorise are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_job public.scraping_jobs := private.authorize_job(list_job_rejects.job_id, 'jobs.read');
  v_offset bigint := private.page_offset(list_job_rejects.page, list_job_rejects.page_size);
  v_items jsonb;
  v_total integer;
begin
  select coalesce(max(r.n), 0) into v_total
    from public.scraping_job_rejects as r
   where r.agency_id = v_job.agency_id and r.job_id = v_job.id;
  select coalesce(jsonb_agg(to_jsonb(r) order by r.n), '[]')
    into v_items
    from (
      select r.n, r.row_number, r.field, r.reason, r.row
        from public.scraping_job_rejects as r
       where r.agency_id = v_job.agency_id and r.job_id = v_job.id
       order by r.n
       limit list_job_rejects.page_size offset v_offset
    ) as r;
  return jsonb_build_object('items', v_items, 'total', v_total);
end;
$$;

comment on function public.list_job_rejects(uuid, integer, integer) is
  'A page {items: [{n, row_number, field, reason, row}], total} of what was wrong with rows a job left out, the first 1,000 faults. Errors: 401 not_signed_in, 404 job_not_found, 422 page_out_of_range.';
revoke all on function public.list_job_rejects(uuid, integer, integer) from public, anon;
grant execute on function public.list_job_rejects(uuid, integer, integer) to authenticated;

-- supabase/schemas/sources/functions/list_scraping_jobs.sql

create or replace function public.list_scraping_jobs(
  agency_id uuid default null,
  status text default null,
  data_source_id uuid default null,
  campaign_id uuid default null,
  page integer default 1,
  page_size integer default 20,
  sort_by text default 'created_at',
  sort_order text default 'desc',
  cursor text default null
)
returns jsonb
language plpgsql
stable
security definer -- checks the permission once and filters by it, which lets every index be used
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(list_scraping_jobs.agency_id);
begin
  perform private.require(v_agency, 'jobs.read');
  if list_scraping_jobs.data_source_id is not null then
    v_agency := (private.authorize_data_source(list_scraping_jobs.data_source_id, 'jobs.read')).agency_id;
  end if;
  if not pg_input_is_valid(list_scraping_jobs.status, 'public.scraping_job_status') then
    raise exception using errcode = 'PT422', message = 'job_status_unknown',
      detail = format('There is no job status %s.', list_scraping_jobs.status),
      hint = 'One of pending, running, paused, completed, failed, cancelled.';
  end if;
  return private.page_of(
    'public.scraping_job_details',
    format('t.agency_id = %L', v_agency)
      || coalesce(' and t.status = ' || quote_literal(list_scraping_jobs.status), '')
      || coalesce(' and t.data_source_id = ' || quote_literal(list_scraping_jobs.data_source_id), '')
      || coalesce(' and t.campaign_id = ' || quote_literal(list_scraping_jobs.campaign_id), ''),
    '{created_at,updated_at,status,progress}', list_scraping_jobs.page, list_scraping_jobs.page_size,
    list_scraping_jobs.sort_by, list_scraping_jobs.sort_order, list_scraping_jobs.cursor);
end;
$$;

comment on function public.list_scraping_jobs(uuid, text, uuid, uuid, integer, integer, text, text, text) is
  'A page of scraping_job_details rows: {items, total}, or with a cursor (empty for the first page) {items, next_cursor}. Sorted by created_at, updated_at, status or progress. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, data_source_not_found, 422 job_status_unknown, page_out_of_range, sort_unknown, sort_order_unknown, cursor_invalid.';
revoke all on function public.list_scraping_jobs(uuid, text, uuid, uuid, integer, integer, text, text, text) from public, anon;
grant execute on function public.list_scraping_jobs(uuid, text, uuid, uuid, integer, integer, text, text, text) to authenticated;

-- supabase/schemas/sources/functions/list_sealed_credentials.sql

create or replace function public.list_sealed_credentials(
  newest_key_id text,
  after uuid default null,
  max_envelopes integer default 200
)
returns jsonb
language plpgsql
stable
security definer -- envelopes are out of every role's reach
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require_service();
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
             'agency_id', e.agency_id, 'data_source_id', e.data_source_id,
             'credentials', jsonb_build_object('key_id', e.key_id, 'nonce', e.nonce, 'ciphertext', e.ciphertext)
           ) order by e.data_source_id), '[]')
      from (
        select c.*
          from private.data_source_credentials as c
         where c.key_id <> list_sealed_credentials.newest_key_id
           and (list_sealed_credentials.after is null or c.data_source_id > list_sealed_credentials.after)
         order by c.data_source_id
         limit least(greatest(list_sealed_credentials.max_envelopes, 1), 1000)
      ) as e
  );
end;
$$;

comment on function public.list_sealed_credentials(text, uuid, integer) is
  'For whoever holds the secret key: the envelopes of every agency that another key than the newest has sealed, in the order of their sources, after the given one: [{agency_id, data_source_id, credentials: {key_id, nonce, ciphertext}}]. At most 1,000. Error: 403 service_required.';
revoke all on function public.list_sealed_credentials(text, uuid, integer) from public, anon, authenticated;
grant execute on function public.list_sealed_credentials(text, uuid, integer) to service_role;

-- supabase/schemas/sources/functions/move_job.sql

create or replace function private.move_job(
  job public.scraping_jobs,
  to_status public.scraping_job_status,
  said text,
  reason text default null
)
returns public.scraping_jobs
language plpgsql
volatile
security invoker -- called by definers that have authorised and hold the job's lock
set search_path = ''
as $$
#variable_conflict error
declare
  v_job public.scraping_jobs;
begin
  -- What is another status' business is refused by the table's trigger; this one it does not see.
  if (job).status = move_job.to_status then
    raise exception using errcode = 'PT409', message = 'invalid_transition',
      detail = format('The job is %s already.', (job).status),
      hint = 'Read the job again: someone else was faster.';
  end if;
  update public.scraping_jobs as j
     set status = move_job.to_status,
         -- A worker of the run before finds another number and stops.
         run = j.run + (move_job.to_status in ('pending', 'running'))::integer,
         ran = case when move_job.to_status = 'pending' then interval '0' else j.ran end,
         seen_at = null,
         log_lines = j.log_lines + 1,
         error = move_job.reason,
         started_at = case when move_job.to_status = 'running' then coalesce(j.started_at, now()) else j.started_at end,
         paused_at = case when move_job.to_status = 'paused' then now() end,
         finished_at = case when move_job.to_status in ('completed', 'failed', 'cancelled') then now() end
   where j.agency_id = (job).agency_id and j.id = (job).id
  returning j.* into v_job;
  perform private.append_logs(v_job, jsonb_build_array(jsonb_build_object(
    'level', case when move_job.to_status = 'failed' then 'error' else 'info' end, 'message', move_job.said)));
  if v_job.status = 'running' then
    perform private.enqueue_task(
      'scraping_job.run',
      jsonb_build_object('job_id', v_job.id, 'agency_id', v_job.agency_id, 'run', v_job.run),
      v_job.agency_id,
      unique_key => format('scraping_job:%s:%s', v_job.id, v_job.run));
  end if;
  return v_job;
end;
$$;

comment on function private.move_job(public.scraping_jobs, public.scraping_job_status, text, text) is
  'The one way a job, locked by the caller, changes its status: dates, the number of the run, a line in its log, and a task for a worker where it is to run. Error: 409 invalid_transition.';

-- supabase/schemas/sources/functions/new_source_id.sql

create or replace function private.new_source_id(agency_id uuid, seed text)
returns uuid
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_hash text := encode(sha256(convert_to(concat_ws(' ', 'data_source', new_source_id.agency_id, new_source_id.seed), 'UTF8')), 'hex');
begin
  -- Version 8: made in a way of one's own (RFC 9562).
  return overlay(overlay(left(v_hash, 32) placing '8' from 13) placing '8' from 17)::uuid;
end;
$$;

comment on function private.new_source_id(uuid, text) is
  'The id of the data source that an agency creates from a seed. Nobody gets an id of their choice by it, and so none that a source of another agency has: workers name a source by its id alone.';
revoke all on function private.new_source_id(uuid, text) from public, anon, authenticated, service_role;

-- supabase/schemas/sources/functions/pause_scraping_job.sql

create or replace function public.pause_scraping_job(job_id uuid)
returns public.scraping_job_details
language plpgsql
volatile
security definer -- jobs have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.scraping_jobs := private.authorize_job(pause_scraping_job.job_id, 'jobs.run', true);
  v_after public.scraping_jobs;
begin
  v_after := private.move_job(v_before, 'paused', 'Paused.');
  perform private.audit(v_after.agency_id, 'job.paused', v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  return private.job_details(v_after);
end;
$$;

comment on function public.pause_scraping_job(uuid) is
  'Pauses a running job. The batch under way is finished and stays; the worker stops after it. Errors: 403 permission_denied, 404 job_not_found, 409 invalid_transition.';
revoke all on function public.pause_scraping_job(uuid) from public, anon;
grant execute on function public.pause_scraping_job(uuid) to authenticated;

-- supabase/schemas/sources/functions/record_data_source_test.sql

create or replace function public.record_data_source_test(
  data_source_id uuid,
  ok boolean,
  latency_ms integer default null,
  failure text default null
)
returns public.data_sources
language plpgsql
volatile
security definer -- sources have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.data_sources;
  v_after public.data_sources;
begin
  perform private.require_service();
  v_before := private.authorize_data_source(record_data_source_test.data_source_id, 'data_sources.write', true);
  update public.data_sources as s
     set last_tested_at = now(),
         last_error = case when not record_data_source_test.ok
           then left(coalesce(nullif(record_data_source_test.failure, ''), 'The connection failed.'), 2000) end,
         -- What was switched off stays so.
         status = case
           when s.status = 'inactive' then 'inactive'
           when record_data_source_test.ok then 'active'
           else 'error'
         end::public.data_source_status
   where s.agency_id = v_before.agency_id and s.id = v_before.id
  returning s.* into v_after;
  perform private.audit(v_after.agency_id, 'data_source.tested', v_after.id, to_jsonb(v_before),
    to_jsonb(v_after) || jsonb_build_object('latency_ms', record_data_source_test.latency_ms));
  return v_after;
end;
$$;

comment on function public.record_data_source_test(uuid, boolean, integer, text) is
  'Notes how a connection test ended: the source becomes active or error, unless it is inactive. For the secret key alone. Errors: 403 service_required, 404 data_source_not_found.';
revoke all on function public.record_data_source_test(uuid, boolean, integer, text) from public, anon, authenticated;
grant execute on function public.record_data_source_test(uuid, boolean, integer, text) to service_role;

-- supabase/schemas/sources/functions/replace_data_source_credentials.sql

create or replace function public.replace_data_source_credentials(
  data_source_id uuid,
  replaced_nonce text,
  credentials jsonb
)
returns boolean
language plpgsql
volatile
security definer -- what is sealed is nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_source public.data_sources;
begin
  perform private.require_service();
  v_source := private.authorize_data_source(replace_data_source_credentials.data_source_id, 'data_sources.write', true);
  -- A person may have entered others since these were read.
  if not exists (
    select from private.data_source_credentials as c
     where c.agency_id = v_source.agency_id and c.data_source_id = v_source.id
       and c.nonce = replace_data_source_credentials.replaced_nonce
  ) then
    return false;
  end if;
  perform private.keep_credentials(v_source, replace_data_source_credentials.credentials);
  perform private.audit(v_source.agency_id, 'data_source.credentials_renewed', v_source.id, null,
    jsonb_build_object('key_id', replace_data_source_credentials.credentials ->> 'key_id'));
  return true;
end;
$$;

comment on function public.replace_data_source_credentials(uuid, text, jsonb) is
  'For workers: puts credentials that were refreshed, or sealed under a newer key, in the place of the envelope with that nonce; false where it is there no more. For the secret key alone. Errors: 403 service_required, 404 data_source_not_found, 422 credentials_not_sealed.';
revoke all on function public.replace_data_source_credentials(uuid, text, jsonb) from public, anon, authenticated;
grant execute on function public.replace_data_source_credentials(uuid, text, jsonb) to service_role;

-- supabase/schemas/sources/functions/report_job_progress.sql

create or replace function public.report_job_progress(job_id uuid, run integer, rows_total integer)
returns public.scraping_job_details
language plpgsql
volatile
security definer -- jobs have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.scraping_jobs := private.authorize_run(report_job_progress.job_id, report_job_progress.run);
  v_after public.scraping_jobs;
begin
  update public.scraping_jobs as j
     set rows_total = report_job_progress.rows_total
   where j.agency_id = v_before.agency_id and j.id = v_before.id
  returning j.* into v_after;
  perform private.audit(v_after.agency_id, 'job.progress_reported', v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  return private.job_details(v_after);
end;
$$;

comment on function public.report_job_progress(uuid, integer, integer) is
  'Says how many rows a running job has before it, as far as is known; progress follows from the rows read, which batches alone count. run is the number the caller works for. Errors: 403 permission_denied, 404 job_not_found, 409 job_not_running, and the named checks of scraping_jobs.';
revoke all on function public.report_job_progress(uuid, integer, integer) from public, anon;
grant execute on function public.report_job_progress(uuid, integer, integer) to authenticated;

-- supabase/schemas/sources/functions/require_batch.sql

create or replace function private.require_batch(rows jsonb, rejected jsonb, logs jsonb)
returns void
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_size integer;
begin
  if jsonb_typeof(require_batch.rows) <> 'array' or jsonb_typeof(require_batch.rejected) <> 'array'
    or jsonb_typeof(require_batch.logs) <> 'array' then
    raise exception using errcode = 'PT422', message = 'rows_not_a_list',
      detail = 'Rows, rejected rows and log lines each come as a list.';
  end if;
  v_size := jsonb_array_length(require_batch.rows) + jsonb_array_length(require_batch.rejected);
  if v_size > 10000 then
    raise exception using errcode = 'PT422', message = 'import_size_out_of_range',
      detail = format('A batch takes up to 10,000 rows; this one has %s.', v_size),
      hint = 'Send the rows in several batches.';
  end if;
end;
$$;

comment on function private.require_batch(jsonb, jsonb, jsonb) is
  'Refuses a batch that is no batch: 422 rows_not_a_list, import_size_out_of_range.';

-- supabase/schemas/sources/functions/require_runnable.sql

create or replace function private.require_runnable(job public.scraping_jobs)
returns void
language plpgsql
volatile
security invoker -- called by definers that have authorised
set search_path = ''
as $$
#variable_conflict error
begin
  if exists (
    select from public.data_sources as s
     where s.agency_id = (job).agency_id and s.id = (job).data_source_id and s.status = 'inactive'
  ) then
    raise exception using errcode = 'PT409', message = 'data_source_inactive',
      detail = 'The data source of this job is switched off.', hint = 'Make it active again.';
  end if;
  if not exists (
    select from public.campaigns as c
     where c.agency_id = (job).agency_id and c.id = (job).campaign_id and c.deleted_at is null
  ) then
    raise exception using errcode = 'PT409', message = 'campaign_gone',
      detail = 'The campaign of this job was deleted.', hint = 'Create a job for another campaign.';
  end if;
end;
$$;

comment on function private.require_runnable(public.scraping_jobs) is
  'Refuses to run a job whose source is switched off (409 data_source_inactive) or whose campaign was deleted (409 campaign_gone).';

-- supabase/schemas/sources/functions/require_same_host.sql

create or replace function private.require_same_host(before public.data_sources, after public.data_sources)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if (before).has_credentials
    and private.url_host((before).config ->> 'url') is distinct from private.url_host((after).config ->> 'url') then
    raise exception using errcode = 'PT422', message = 'credentials_needed',
      detail = 'The URL leads to another host than the credentials were entered for.',
      hint = 'Send the credentials again with the change, or null to forget them.';
  end if;
end;
$$;

comment on function private.require_same_host(public.data_sources, public.data_sources) is
  'Refuses to send kept credentials elsewhere: whoever may change a source may not read what it signs in with, by having it sent to themselves. 422 credentials_needed.';
revoke all on function private.require_same_host(public.data_sources, public.data_sources) from public, anon, authenticated, service_role;

-- supabase/schemas/sources/functions/require_source_status.sql

create or replace function private.require_source_status(status text)
returns void
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if require_source_status.status not in ('active', 'inactive') then
    raise exception using errcode = 'PT422', message = 'data_source_status_unknown',
      detail = format('A data source is not set to %s.', require_source_status.status),
      hint = 'One of active, inactive. Whether it is in error is what a connection test says.';
  end if;
end;
$$;

comment on function private.require_source_status(text) is
  'Refuses a status that no person sets: 422 data_source_status_unknown.';

-- supabase/schemas/sources/functions/resume_scraping_job.sql

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

-- supabase/schemas/sources/functions/retry_scraping_job.sql

create or replace function public.retry_scraping_job(job_id uuid)
returns public.scraping_job_details
language plpgsql
volatile
security definer -- jobs have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.scraping_jobs := private.authorize_job(retry_scraping_job.job_id, 'jobs.run', true);
  v_after public.scraping_jobs;
begin
  if v_before.status = 'failed' and v_before.data_source_id is null then
    raise exception using errcode = 'PT409', message = 'data_source_gone',
      detail = 'The data source of this job was deleted.', hint = 'Create a job of another source.';
  end if;
  v_after := private.move_job(v_before, 'pending', 'Set back to be started again.');
  perform private.audit(v_after.agency_id, 'job.retried', v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  return private.job_details(v_after);
end;
$$;

comment on function public.retry_scraping_job(uuid) is
  'Makes a failed job pending again. Started, it goes on after the last row it read, with its counts, and with its time anew. Errors: 403 permission_denied, 404 job_not_found, 409 invalid_transition, data_source_gone.';
revoke all on function public.retry_scraping_job(uuid) from public, anon;
grant execute on function public.retry_scraping_job(uuid) to authenticated;

-- supabase/schemas/sources/functions/run_data_source_schedule.sql

create or replace function public.run_data_source_schedule(task_id uuid, claim bigint)
returns jsonb
language plpgsql
volatile
security definer -- jobs have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_task private.tasks;
  v_source public.data_sources;
  v_job public.scraping_jobs;
  v_skipped text;
begin
  perform private.require_service();
  v_task := private.hold_task(run_data_source_schedule.task_id, run_data_source_schedule.claim);
  if v_task.kind <> 'data_source.scheduled_run' then
    raise exception using errcode = 'PT422', message = 'task_of_another_kind',
      detail = format('The task is of the kind %s.', v_task.kind);
  end if;
  -- Tried again after a crash, it finds what it did.
  select j.* into v_job
    from public.scraping_jobs as j
   where j.agency_id = v_task.agency_id and j.scheduled_by = v_task.id;
  if found then
    return jsonb_build_object('job_id', v_job.id, 'skipped', null);
  end if;
  select s.* into v_source
    from public.data_sources as s
   where s.agency_id = v_task.agency_id and s.id = (v_task.payload ->> 'data_source_id')::uuid
     for no key update;
  v_skipped := case
    when v_source.id is null then 'The data source was deleted.'
    when v_source.status = 'inactive' then 'The data source is switched off.'
    when v_source.schedule_campaign_id is null then 'The data source has no schedule any more.'
    when not exists (
      select from public.campaigns as c
       where c.agency_id = v_source.agency_id and c.id = v_source.schedule_campaign_id and c.deleted_at is null
    ) then 'The campaign was deleted.'
    when exists (
      select from public.scraping_jobs as j
       where j.agency_id = v_source.agency_id and j.data_source_id = v_source.id
         and j.scheduled_by is not null and j.status in ('pending', 'running', 'paused')
    ) then 'The job of the time before has not ended.'
  end;
  if v_skipped is not null then
    perform private.audit(v_task.agency_id, 'data_source.run_skipped', (v_task.payload ->> 'data_source_id')::uuid,
      null, jsonb_build_object('reason', v_skipped));
    return jsonb_build_object('job_id', null, 'skipped', v_skipped);
  end if;
  insert into public.scraping_jobs (agency_id, data_source_id, campaign_id, params, scheduled_by, created_by)
  values (v_source.agency_id, v_source.id, v_source.schedule_campaign_id, v_source.schedule_params, v_task.id,
    v_source.created_by)
  returning * into v_job;
  v_job := private.move_job(v_job, 'running', 'Started by the schedule.');
  perform private.audit(v_job.agency_id, 'job.scheduled', v_job.id, null, to_jsonb(v_job));
  return jsonb_build_object('job_id', v_job.id, 'skipped', null);
end;
$$;

comment on function public.run_data_source_schedule(uuid, bigint) is
  'For the worker that has claimed a task of the kind data_source.scheduled_run: makes and starts the job that the source''s schedule asks for, once however often it is called, with schedule_params into schedule_campaign_id. {job_id, skipped}: skipped says why there is no job: the source is gone or inactive, the campaign gone, or the scheduled job of the time before has not ended. For the secret key alone. Errors: 403 service_required, 409 task_lost, 422 task_of_another_kind.';
revoke all on function public.run_data_source_schedule(uuid, bigint) from public, anon, authenticated;
grant execute on function public.run_data_source_schedule(uuid, bigint) to service_role;

-- supabase/schemas/sources/functions/source_settings.sql

create or replace function private.source_settings(type text, of_a_job boolean default false)
returns text[]
language sql
immutable
set search_path = ''
as $$
  select '{mapping,unmapped}' || t.of_a_job || case when source_settings.of_a_job then '{}' else t.of_the_source end
    from (values
      ('csv', '{path,delimiter,encoding,header}'::text[], '{text}'::text[]),
      ('api', '{maxPages}', '{url,method,query,headers,body,auth,rows,total,paging}'),
      ('apollo', '{filters,maxPeople}', '{revealPersonalEmails}'),
      ('zoominfo', '{filters,maxPeople}', '{enrich}'),
      ('linkedin', '{days}', '{owner,leadType,testLeads}')
    ) as t (type, of_a_job, of_the_source)
   where t.type = source_settings.type
$$;

comment on function private.source_settings(text, boolean) is
  'The keys that a config of the type may have, or those of them that a job may set for itself: as the connectors read them, to which a test holds them. What the values may be, connectors know alone.';

-- supabase/schemas/sources/functions/start_scraping_job.sql

create or replace function public.start_scraping_job(job_id uuid)
returns public.scraping_job_details
language plpgsql
volatile
security definer -- jobs have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.scraping_jobs := private.authorize_job(start_scraping_job.job_id, 'jobs.run', true);
  v_after public.scraping_jobs;
begin
  -- A paused job is resumed, a failed one retried.
  if v_before.status = 'paused' then
    raise exception using errcode = 'PT409', message = 'invalid_transition',
      detail = 'A paused job is not started again.', hint = 'Resume it.';
  end if;
  perform private.require_runnable(v_before);
  v_after := private.move_job(v_before, 'running', 'Started.');
  perform private.audit(v_after.agency_id, 'job.started', v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  return private.job_details(v_after);
end;
$$;

comment on function public.start_scraping_job(uuid) is
  'Starts a pending job: a worker takes it up as soon as one is free. Of two calls at once one wins. Errors: 403 permission_denied, 404 job_not_found, 409 invalid_transition, data_source_inactive, campaign_gone.';
revoke all on function public.start_scraping_job(uuid) from public, anon;
grant execute on function public.start_scraping_job(uuid) to authenticated;

-- supabase/schemas/sources/functions/stop_at_caps.sql

create or replace function private.stop_at_caps(job public.scraping_jobs)
returns text
language plpgsql
volatile
security invoker -- called by definers that hold the job's lock
set search_path = ''
as $$
#variable_conflict error
declare
  v_said text;
begin
  if (job).rows_read >= (job).max_rows then
    perform private.move_job(stop_at_caps.job, 'completed',
      format('Completed at its cap of %s rows.', (job).max_rows));
    return 'rows_cap';
  end if;
  if (job).ran >= make_interval(mins => (job).max_minutes) then
    v_said := format('The job has run for its %s minutes. Retry it to go on from here.', (job).max_minutes);
    perform private.move_job(stop_at_caps.job, 'failed', v_said, v_said);
    return 'time_cap';
  end if;
  return null;
end;
$$;

comment on function private.stop_at_caps(public.scraping_jobs) is
  'Ends a job that has reached a cap: completed when it has read its rows (`rows_cap`), failed, to be retried, when its time is up (`time_cap`); null while it has not.';

-- supabase/schemas/sources/functions/tg_scraping_jobs__count_for_source.sql

create or replace function private.tg_scraping_jobs__count_for_source()
returns trigger
language plpgsql
volatile
security definer -- sources have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_was text := case tg_op when 'UPDATE' then old.status::text else '' end;
  v_created integer := new.rows_created - case tg_op when 'UPDATE' then old.rows_created else 0 end;
begin
  if tg_op = 'UPDATE' and new.status = old.status and v_created = 0 then
    return null;
  end if;
  -- Last in every transaction that moves a job, and under the source's own lock: the sums add up
  -- whatever else is under way, and jobs of one source wait for no more than each other's commit.
  update public.data_sources as s
     set last_run_at = case when new.status = 'running' and v_was <> 'running' then now() else s.last_run_at end,
         metrics = jsonb_build_object(
           'jobs', c.jobs, 'completed', c.completed, 'failed', c.failed, 'cancelled', c.cancelled,
           'leads', c.leads, 'success_rate', round(c.completed::numeric / nullif(c.completed + c.failed, 0), 4))
    from (
      select i.id,
             (i.metrics ->> 'jobs')::integer + (tg_op = 'INSERT')::integer as jobs,
             (i.metrics ->> 'completed')::integer + (new.status = 'completed')::integer
               - (v_was = 'completed')::integer as completed,
             (i.metrics ->> 'failed')::integer + (new.status = 'failed')::integer
               - (v_was = 'failed')::integer as failed,
             (i.metrics ->> 'cancelled')::integer + (new.status = 'cancelled')::integer
               - (v_was = 'cancelled')::integer as cancelled,
             (i.metrics ->> 'leads')::bigint + v_created as leads
        from public.data_sources as i
       where i.agency_id = new.agency_id and i.id = new.data_source_id
         for no key update
    ) as c
   where s.agency_id = new.agency_id and s.id = c.id;
  return null;
end;
$$;

comment on function private.tg_scraping_jobs__count_for_source() is
  'Adds what became of a job to the metrics of its source, in the same transaction.';

-- supabase/schemas/sources/functions/tg_scraping_jobs__notify.sql

create or replace function private.tg_scraping_jobs__notify()
returns trigger
language plpgsql
volatile
security definer -- notifications have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_source text := coalesce((
    select s.name from public.data_sources as s where s.agency_id = new.agency_id and s.id = new.data_source_id
  ), 'A data source');
  v_told uuid[] := array[new.created_by];
begin
  if new.status = 'failed' and not exists (
    select from public.memberships as m
     where m.agency_id = new.agency_id and m.user_id = new.created_by and m.status = 'active'
  ) then
    v_told := array(
      select distinct p.user_id
        from public.user_permissions_view as p
       where p.agency_id = new.agency_id and p.permission = 'jobs.run' and p.platform is null
    );
  end if;
  perform private.notify(new.agency_id, v_told, 'job.' || new.status,
    left(v_source, 120) || case new.status
      when 'completed' then format(': %s new %s', new.rows_created, case when new.rows_created = 1 then 'lead' else 'leads' end)
      else ': the job has failed'
    end,
    case new.status
      when 'completed' then format('%s rows read: %s created, %s updated, %s duplicates, %s rejected.',
        new.rows_read, new.rows_created, new.rows_updated, new.rows_duplicate, new.rows_rejected)
      else new.error
    end,
    jsonb_build_object('job_id', new.id, 'data_source_id', new.data_source_id, 'campaign_id', new.campaign_id));
  return null;
end;
$$;

comment on function private.tg_scraping_jobs__notify() is
  'Tells who made a job that it has completed or failed; a failure whose maker is no active member any more, every member who may run jobs.';

-- supabase/schemas/sources/functions/tg_scraping_jobs__set_progress.sql

create or replace function private.tg_scraping_jobs__set_progress()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  new.progress := case
    when new.status = 'completed' then 100
    when new.rows_total > 0 then least(99, new.rows_read::bigint * 100 / least(new.rows_total, new.max_rows))
    else 0
  end;
  return new;
end;
$$;

comment on function private.tg_scraping_jobs__set_progress() is
  'Keeps progress what the counts say.';

-- supabase/schemas/sources/functions/tg_tasks__end_job.sql

create or replace function private.tg_tasks__end_job()
returns trigger
language plpgsql
volatile
security definer -- jobs have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.scraping_jobs;
  v_after public.scraping_jobs;
  v_error text;
begin
  -- An error here would keep the task from ending.
  if not pg_input_is_valid(new.payload ->> 'job_id', 'uuid') then
    return null;
  end if;
  -- Many tasks are completed in one statement: the jobs that they leave before the source, as everywhere.
  if new.state = 'completed' then
    perform from public.scraping_jobs as j
      where j.agency_id = new.agency_id and j.status = 'running'
        and j.data_source_id = (
          select o.data_source_id
            from public.scraping_jobs as o
           where o.agency_id = new.agency_id and o.id = (new.payload ->> 'job_id')::uuid
             and o.run::text = new.payload ->> 'run' and o.status = 'running'
        )
      order by j.id
        for no key update;
  end if;
  select j.* into v_before
    from public.scraping_jobs as j
   where j.agency_id = new.agency_id and j.id = (new.payload ->> 'job_id')::uuid
     and j.run::text = new.payload ->> 'run'
     -- Whoever paused, ended or resumed the job in time has the last word, and nobody waits for its lock.
     and j.status = 'running'
     for no key update;
  if not found then
    return null;
  end if;
  if new.state = 'cancelled' then
    v_after := private.move_job(v_before, 'cancelled', 'Cancelled: its task was taken back.');
  else
    v_error := case new.state
      when 'completed' then 'The worker left without saying how the job ended.'
      else left(coalesce(new.last_error, 'The worker gave up without a reason.'), 2000)
    end;
    v_after := private.move_job(v_before, 'failed', v_error, v_error);
  end if;
  perform private.audit(v_after.agency_id, 'job.' || v_after.status, v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  return null;
end;
$$;

comment on function private.tg_tasks__end_job() is
  'Ends the job of a task that is over while the job still counts as running, so that no job waits for a worker that will not come.';

-- supabase/schemas/sources/functions/update_data_source.sql

create or replace function public.update_data_source(
  data_source_id uuid,
  changes jsonb default '{}',
  credentials jsonb default null
)
returns public.data_sources
language plpgsql
volatile
security definer -- sources have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.data_sources := private.authorize_data_source(update_data_source.data_source_id, 'data_sources.write', true);
  v_after public.data_sources;
begin
  perform private.require_keys(update_data_source.changes, private.data_source_fields());
  -- What was read may be written back: a source that is in error stays so.
  if update_data_source.changes ->> 'status' <> v_before.status::text then
    perform private.require_source_status(update_data_source.changes ->> 'status');
  end if;
  v_after := jsonb_populate_record(v_before, update_data_source.changes);
  if update_data_source.changes ? 'schedule_params' then
    perform private.require_keys(v_after.schedule_params, private.source_settings(v_after.type, true));
  end if;
  if update_data_source.changes ? 'config' then
    perform private.require_keys(v_after.config, private.source_settings(v_after.type));
    v_after.text_bytes := private.keep_text(v_before, update_data_source.changes -> 'config');
  end if;
  if update_data_source.credentials is null then
    perform private.require_same_host(v_before, v_after);
  end if;
  perform private.keep_credentials(v_before, update_data_source.credentials);
  update public.data_sources as s
     set name = v_after.name,
         status = v_after.status,
         last_error = case when v_after.status = 'error' then s.last_error end,
         config = v_after.config - 'text',
         text_bytes = v_after.text_bytes,
         has_credentials = coalesce(update_data_source.credentials <> '{}', s.has_credentials),
         rate_limit = v_after.rate_limit,
         schedule = v_after.schedule,
         schedule_timezone = v_after.schedule_timezone,
         schedule_campaign_id = v_after.schedule_campaign_id,
         schedule_params = v_after.schedule_params
   where s.agency_id = v_before.agency_id and s.id = v_before.id
  returning s.* into v_after;
  perform private.follow_schedule(v_after, v_before);
  perform private.audit(v_after.agency_id, 'data_source.updated', v_after.id, to_jsonb(v_before),
    to_jsonb(v_after) || case when update_data_source.credentials is null then '{}'
      else jsonb_build_object('credentials', 'set anew') end);
  return v_after;
end;
$$;

comment on function public.update_data_source(uuid, jsonb, jsonb) is
  'Changes a data source; keys left out stay as they are, null clears; the type stays. A config replaces the one there was, except that a text kept for it stays until the config has another text, a path, or text null. Credentials: null leaves them, {} forgets them; with a url of another host they have to be given anew. A running job goes on with what it began with. A schedule needs jobs.run as well. Errors: 403 permission_denied, 404 data_source_not_found, campaign_not_found, 422 unknown_field, not_an_object, data_source_status_unknown, credentials_needed, credentials_not_sealed, text_too_large, cron_invalid, timezone_unknown, and the named checks of data_sources.';
revoke all on function public.update_data_source(uuid, jsonb, jsonb) from public, anon;
grant execute on function public.update_data_source(uuid, jsonb, jsonb) to authenticated;

-- supabase/schemas/sources/functions/url_host.sql

create or replace function private.url_host(url text)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  -- A backslash ends a host as a slash does, for whatever parses URLs as browsers do.
  return coalesce(substring(lower(url_host.url) from '^https?://[^/?#\\]+'), url_host.url);
end;
$$;

comment on function private.url_host(text) is
  'A URL up to its path: two that are equal here lead to the same host. What is no URL is returned as it is.';
revoke all on function private.url_host(text) from public, anon, authenticated, service_role;

-- supabase/schemas/sources/triggers.sql

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

-- supabase/schemas/sources/policies.sql

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

-- supabase/schemas/sources/reference.sql

-- What workers run for this domain.
insert into private.task_kinds (kind, description) values
  ('scraping_job.run', 'Reads a data source into a campaign, from the job''s checkpoint on'),
  ('data_source.scheduled_run', 'Makes and starts the job that a data source''s schedule asks for'),
  ('credentials.reseal', 'Seals the credentials of data sources anew that an older key has sealed')
on conflict do nothing;

-- The months of the logs are made ahead and dropped when they are old, every day from now on.
insert into private.chores (name, every) values ('job_logs', '1 day') on conflict do nothing;
select private.keep_job_logs();

-- supabase/schemas/sources/storage.sql

-- Files of an agency, in Supabase Storage. A path begins with the agency's id: `<agency_id>/leads.csv`.
-- `imports` takes the lists that csv sources read; `exports` holds what the service made for members
-- to fetch. Storage asks these policies as the caller, for every method.
--
-- Compared as text, so that a path that is not a uuid belongs to nobody instead of raising.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  ('imports', 'imports', false, 200 * 1024 * 1024, array[
    'text/csv', 'text/csv;charset=utf-8', 'text/csv; charset=utf-8', 'application/csv',
    'text/tab-separated-values', 'text/plain',
    -- What browsers on Windows call a .csv where a spreadsheet program is installed.
    'application/vnd.ms-excel'
  ]),
  ('exports', 'exports', false, 200 * 1024 * 1024, array['text/csv', 'application/json'])
on conflict (id) do update
  set public = excluded.public,
      file_size_limit = excluded.file_size_limit,
      allowed_mime_types = excluded.allowed_mime_types;

drop policy if exists objects_select_imports on storage.objects;
create policy objects_select_imports on storage.objects
  for select to authenticated
  using (
    bucket_id = 'imports'
    and (storage.foldername(name))[1] = any ((select private.agencies_with('data_sources.read'))::text[])
  );

drop policy if exists objects_insert_imports on storage.objects;
create policy objects_insert_imports on storage.objects
  for insert to authenticated
  with check (
    bucket_id = 'imports'
    and (storage.foldername(name))[1] = any ((select private.agencies_with('data_sources.write'))::text[])
  );

drop policy if exists objects_update_imports on storage.objects;
create policy objects_update_imports on storage.objects
  for update to authenticated
  using (
    bucket_id = 'imports'
    and (storage.foldername(name))[1] = any ((select private.agencies_with('data_sources.write'))::text[])
  )
  with check (
    bucket_id = 'imports'
    and (storage.foldername(name))[1] = any ((select private.agencies_with('data_sources.write'))::text[])
  );

drop policy if exists objects_delete_imports on storage.objects;
create policy objects_delete_imports on storage.objects
  for delete to authenticated
  using (
    bucket_id = 'imports'
    and (storage.foldername(name))[1] = any ((select private.agencies_with('data_sources.write'))::text[])
  );

-- Exports hold every lead. They are written with the secret key; whoever may delete leads may delete
-- the copies.
drop policy if exists objects_select_exports on storage.objects;
create policy objects_select_exports on storage.objects
  for select to authenticated
  using (
    bucket_id = 'exports'
    and (storage.foldername(name))[1] = any ((select private.agencies_with('leads.read'))::text[])
  );

drop policy if exists objects_delete_exports on storage.objects;
create policy objects_delete_exports on storage.objects
  for delete to authenticated
  using (
    bucket_id = 'exports'
    and (storage.foldername(name))[1] = any ((select private.agencies_with('leads.delete'))::text[])
  );
