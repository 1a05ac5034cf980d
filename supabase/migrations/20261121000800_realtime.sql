-- Domain realtime, built from supabase/schemas/realtime by `deno task db:build`.
--
-- Why:         creates the domain's objects; each stands with its reasons in its schema file.
-- Locks:       nothing that existed before, except a short lock on auth.users where a trigger joins it.
-- Compatible:  yes; a previous version of the app uses none of these objects.
-- Undo:        before 1.0 `deno task db:reset`; afterwards a migration of its own.

-- Functions may call procedures of a domain that comes later.
set check_function_bodies = off;

-- supabase/schemas/realtime/tables.sql

-- What has been told on the topics whose state changes faster than anybody can read.

create table private.announcements (
  agency_id uuid not null,
  topic text not null,
  at timestamptz not null,
  state jsonb not null,
  primary key (agency_id, topic)
);
comment on table private.announcements is
  'The state last told on a topic, and when: nothing is told twice, or too often.';

create table private.announcements_due (
  agency_id uuid not null,
  topic text not null,
  id bigint generated always as identity,
  primary key (agency_id, topic, id)
);
comment on table private.announcements_due is
  'Topics whose state changed too soon after it was told. Append-only, so that writers never wait for each other; private.announce_due() tells and deletes.';

alter table private.announcements enable row level security;
alter table private.announcements force row level security;
alter table private.announcements_due enable row level security;
alter table private.announcements_due force row level security;

insert into private.chores (name, every) values ('announcements', '1 second'), ('old_announcements', '1 day');

-- supabase/schemas/realtime/functions/announce.sql

create or replace function private.announce(agency_id uuid, topic text, at_once boolean default false)
returns boolean
language plpgsql
volatile
security definer -- nobody else may write what was announced, or send
set search_path = ''
as $$
#variable_conflict error
declare
  v_kind text := split_part(announce.topic, ':', 1);
  v_id uuid := split_part(announce.topic, ':', 2)::uuid;
  v_last private.announcements;
  v_state jsonb;
begin
  -- Never waits: where another transaction is telling of this topic, this change is told after it.
  if not pg_try_advisory_xact_lock(hashtextextended('announce ' || announce.topic, 0)) then
    return false;
  end if;
  select a.* into v_last
    from private.announcements as a
   where a.agency_id = announce.agency_id and a.topic = announce.topic;
  if not announce.at_once and clock_timestamp() < v_last.at + private.announcement_pause(v_kind) then
    return false;
  end if;
  if v_kind = 'campaign' then
    v_state := private.campaign_state(announce.agency_id, v_id);
  elsif v_kind = 'job' then
    v_state := private.job_state(announce.agency_id, v_id);
  end if;
  if v_state is null or v_state = v_last.state then
    return true;
  end if;
  insert into private.announcements as a (agency_id, topic, at, state)
  values (announce.agency_id, announce.topic, clock_timestamp(), v_state)
  on conflict on constraint announcements_pkey do update set at = excluded.at, state = excluded.state;
  if v_kind = 'campaign' then
    perform realtime.send(v_state, 'metrics', announce.topic);
    perform pg_notify('campaign_metrics_update', jsonb_build_object(
      'agency_id', announce.agency_id, 'campaign_id', v_id, 'total', v_state #> '{totals,total}',
      'qualified', v_state #> '{totals,qualified}', 'converted', v_state #> '{totals,converted}')::text);
  else
    perform realtime.send(v_state, 'progress', announce.topic);
    perform realtime.send(v_state, 'job', format('agency:%s:jobs', announce.agency_id));
  end if;
  return true;
end;
$$;

comment on function private.announce(uuid, text, boolean) is
  'Tells the state of campaign:<id> or job:<id> (and of the job on agency:<id>:jobs) as the transaction sees it, where it is another than was last told; at_once, however soon after that. False where it has to be told later: too soon, or another transaction is about it. Then private.announcements_due wants a row.';

-- supabase/schemas/realtime/functions/announce_due.sql

create or replace function private.announce_due(max_topics integer default 200)
returns integer
language plpgsql
volatile
security definer -- the clock that calls it owns nothing
set search_path = ''
as $$
#variable_conflict error
declare
  v_due record;
  v_told integer := 0;
begin
  for v_due in
    select d.agency_id, d.topic, array_agg(d.id) as ids
      from private.announcements_due as d
     group by d.agency_id, d.topic
     order by min(d.id)
     limit announce_due.max_topics
  loop
    if private.announce(v_due.agency_id, v_due.topic) then
      -- Just those seen before the state was: what has come since is told again.
      delete from private.announcements_due as d
       where d.agency_id = v_due.agency_id and d.topic = v_due.topic and d.id = any (v_due.ids);
      v_told := v_told + 1;
    end if;
  end loop;
  return v_told;
end;
$$;

comment on function private.announce_due(integer) is
  'Tells the last state of topics that changed too soon after they were told; returns how many are done with. Called by the clock.';

-- supabase/schemas/realtime/functions/announcement_pause.sql

create or replace function private.announcement_pause(kind text)
returns interval
language plpgsql
immutable
set search_path = ''
as $$
#variable_conflict error
begin
  return case announcement_pause.kind when 'job' then interval '0.5 s' else interval '1 s' end;
end;
$$;

comment on function private.announcement_pause(text) is
  'The least time between two announcements on one topic of this kind.';

-- supabase/schemas/realtime/functions/campaign_state.sql

create or replace function private.campaign_state(agency_id uuid, campaign_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('agency_id', c.agency_id, 'campaign_id', c.id,
           'totals', private.lead_totals(c.agency_id, array[c.id]))
    from public.campaigns as c
   where c.agency_id = campaign_state.agency_id
     and c.id = campaign_state.campaign_id
     and c.deleted_at is null
$$;

comment on function private.campaign_state(uuid, uuid) is
  'What is told on campaign:<id>: {agency_id, campaign_id, totals}; totals as get_campaign_performance answers them. Null for a campaign that is gone.';

-- supabase/schemas/realtime/functions/job_state.sql

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

-- supabase/schemas/realtime/functions/may_hear.sql

create or replace function private.may_hear(topic text)
returns boolean
language plpgsql
stable
security definer -- looks for what the topic names among rows that the caller may not see
set search_path = ''
as $$
#variable_conflict error
declare
  v_parts text[] := regexp_match(may_hear.topic,
    '^(agency|campaign|job|user):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(:jobs)?$');
  v_id uuid := v_parts[2]::uuid; -- of the form that was matched, so that the cast never fails
begin
  case v_parts[1] || coalesce(v_parts[3], '')
    when 'user' then
      return coalesce(v_id = private.uid(), false);
    when 'agency' then
      return v_id = any (private.my_agencies());
    when 'agency:jobs' then
      return private.can(v_id, 'jobs.read');
    when 'job' then
      return exists (
        select from public.scraping_jobs as j
         where j.agency_id = any (private.agencies_with('jobs.read')) and j.id = v_id
      );
    when 'campaign' then
      -- Figures take the right to the campaign and the right to figures.
      return exists (
        select from public.campaigns as c
         where c.agency_id = any (private.my_agencies()) and c.id = v_id and c.deleted_at is null
           and (
             (private.can(c.agency_id, 'campaigns.read') and private.can(c.agency_id, 'analytics.read'))
             or (c.client_id = any (private.own_clients('campaigns.read_client'))
               and c.client_id = any (private.own_clients('analytics.read_client')))
           )
      );
    else
      return false;
  end case;
end;
$$;

comment on function private.may_hear(text) is
  'Whether the caller may join a private channel: user:<id> oneself, agency:<id> its members, agency:<id>:jobs and job:<id> with jobs.read, campaign:<id> with the right to the campaign and to its figures. False for any other topic.';
grant execute on function private.may_hear(text) to authenticated;

-- supabase/schemas/realtime/functions/sweep_announcements.sql

create or replace function private.sweep_announcements()
returns void
language sql
volatile
security definer -- the clock that calls it owns nothing
set search_path = ''
as $$
  delete from private.announcements where at < now() - interval '1 day'
$$;

comment on function private.sweep_announcements() is
  'Forgets what was told a day ago and more; finished jobs say nothing again. Called by the clock.';

-- supabase/schemas/realtime/functions/tg_lead_metric_deltas__announce.sql

create or replace function private.tg_lead_metric_deltas__announce()
returns trigger
language plpgsql
volatile
security definer -- nobody else may announce
set search_path = ''
as $$
#variable_conflict error
declare
  v_campaigns integer := (select count(distinct d.campaign_id) from new_deltas as d);
begin
  -- A statement over many campaigns leaves all of them to the clock.
  insert into private.announcements_due (agency_id, topic)
  select c.agency_id, c.topic
    from (select distinct d.agency_id, 'campaign:' || d.campaign_id as topic from new_deltas as d) as c
   where case when v_campaigns > 3 then true else not private.announce(c.agency_id, c.topic) end;
  return null;
end;
$$;

comment on function private.tg_lead_metric_deltas__announce() is
  'Tells the campaigns whose figures a statement has changed, each at most once a second; what comes too soon is told by private.announce_due().';

-- supabase/schemas/realtime/functions/tg_notifications__announce.sql

create or replace function private.tg_notifications__announce()
returns trigger
language plpgsql
volatile
security definer -- nobody else may send
set search_path = ''
as $$
#variable_conflict error
begin
  perform realtime.send(to_jsonb(n) - '{in_app,email,email_queued_at,emailed_at}'::text[], 'notification', 'user:' || n.user_id),
          pg_notify('new_notification', jsonb_build_object(
            'agency_id', n.agency_id, 'id', n.id, 'user_id', n.user_id, 'type', n.type)::text)
     from new_notifications as n
    where n.in_app;
  return null;
end;
$$;

comment on function private.tg_notifications__announce() is
  'Sends each new notification that shows in the app to its user''s own topic.';

-- supabase/schemas/realtime/functions/tg_scraping_job_logs__announce.sql

create or replace function private.tg_scraping_job_logs__announce()
returns trigger
language plpgsql
volatile
security definer -- nobody else may send
set search_path = ''
as $$
#variable_conflict error
begin
  -- No more than fits into a message; whoever wants the rest, or the context, asks list_job_logs.
  perform realtime.send(jsonb_build_object(
            'agency_id', b.agency_id, 'job_id', b.job_id, 'first_seq', b.first_seq, 'last_seq', b.last_seq,
            'logs', b.logs), 'logs', 'job:' || b.job_id)
     from (
       select l.agency_id, l.job_id, min(l.seq) as first_seq, max(l.seq) as last_seq,
              jsonb_agg(jsonb_build_object('seq', l.seq, 'level', l.level, 'message', left(l.message, 500), 'at', l.at)
                order by l.seq) filter (where l.position <= 100) as logs
         from (
           select n.*, row_number() over (partition by n.agency_id, n.job_id order by n.seq desc) as position
             from new_logs as n
         ) as l
        group by l.agency_id, l.job_id
     ) as b;
  return null;
end;
$$;

comment on function private.tg_scraping_job_logs__announce() is
  'Sends what a statement has logged as one message a job: the last 100 lines of it, each cut at 500 characters.';

-- supabase/schemas/realtime/functions/tg_scraping_jobs__announce.sql

create or replace function private.tg_scraping_jobs__announce()
returns trigger
language plpgsql
volatile
security definer -- nobody else may announce
set search_path = ''
as $$
#variable_conflict error
declare
  v_was text := case tg_op when 'UPDATE' then old.status::text end;
  v_moved boolean := v_was is distinct from new.status::text;
begin
  if not private.announce(new.agency_id, 'job:' || new.id, v_moved) then
    insert into private.announcements_due (agency_id, topic) values (new.agency_id, 'job:' || new.id);
  end if;
  if v_moved then
    perform pg_notify('job_status_change', jsonb_build_object(
      'agency_id', new.agency_id, 'job_id', new.id, 'from', v_was, 'status', new.status,
      'progress', new.progress)::text);
  end if;
  return null;
end;
$$;

comment on function private.tg_scraping_jobs__announce() is
  'Tells a job''s moves at once, and its progress at most twice a second; what comes too soon is told by private.announce_due().';

-- supabase/schemas/realtime/triggers.sql

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

-- supabase/schemas/realtime/policies.sql

-- Private channels. Realtime asks these policies with a row of its own when a client joins a topic
-- (select) and when it sends there (insert); no message is read through them.
create policy messages_select_hearers on realtime.messages
  for select to authenticated using (
    extension in ('broadcast', 'presence') and (select private.may_hear((select realtime.topic())))
  );

-- Broadcasts come from the database alone. Clients only say that they are there, to their agency.
create policy messages_insert_present_members on realtime.messages
  for insert to authenticated with check (
    extension = 'presence'
    and (select realtime.topic()) ~ '^agency:[0-9a-f-]{36}$'
    and (select private.may_hear((select realtime.topic())))
  );

-- supabase/schemas/realtime/publication.sql

-- What clients follow row by row (postgres_changes), each under its row level security. Fast data goes
-- by broadcast instead.
alter publication supabase_realtime add table
  public.campaigns, public.leads, public.notifications,
  public.data_sources, public.scraping_jobs, public.scraping_job_logs;

-- Deletions are not filtered by row level security: the key of every agency's deleted row would reach
-- every subscriber. So none are published. Partitions go under the name of their table.
alter publication supabase_realtime set (publish = 'insert, update', publish_via_partition_root = true);

-- The replica identity stays the key: an update's old values would be those of a row that its reader
-- perhaps could not see.
