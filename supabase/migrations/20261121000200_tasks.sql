-- Domain tasks, built from supabase/schemas/tasks by `deno task db:build`.
--
-- Why:         creates the domain's objects; each stands with its reasons in its schema file.
-- Locks:       nothing that existed before, except a short lock on auth.users where a trigger joins it.
-- Compatible:  yes; a previous version of the app uses none of these objects.
-- Undo:        before 1.0 `deno task db:reset`; afterwards a migration of its own.

-- Functions may call procedures of a domain that comes later.
set check_function_bodies = off;

-- supabase/schemas/tasks/tables.sql

-- The queue of background work, the kinds of work there are, and the clock that begins some of it.

create type private.task_state as enum (
  'available', 'scheduled', 'running', 'retryable', 'completed', 'cancelled', 'discarded'
);
comment on type private.task_state is
  'available: due, waits for a worker. scheduled: due later. running: claimed. retryable: failed, due again later. Final: completed, cancelled, discarded (given up; may be requeued).';

create table private.task_kinds (
  kind text primary key,
  description text not null,
  constraint task_kinds_are_domain_dot_action check (kind ~ '^[a-z][a-z_]*\.[a-z][a-z_]*$')
);
comment on table private.task_kinds is
  'The kinds of tasks that workers can run: each domain adds its own, next to a handler of the same name in supabase/functions/worker/handlers.';
alter table private.task_kinds enable row level security;
alter table private.task_kinds force row level security;

-- What is true of a task from the start is asked once, by the types of its columns: a table's checks are
-- read anew by every statement that writes a row, and each task is written twice more.
create domain private.task_payload as jsonb
  constraint tasks_payload_is_an_object check (jsonb_typeof(value) = 'object');
comment on domain private.task_payload is 'What a task is about: an object.';

create domain private.task_attempts as integer
  constraint tasks_max_attempts_is_positive check (value > 0);
comment on domain private.task_attempts is 'How often a task may be tried.';

create table private.tasks (
  id uuid primary key default private.uuid_v7(),
  agency_id uuid references public.agencies (id) on delete cascade,
  -- Whose turn it counts as: what is no agency's queues as if it were one more.
  queue uuid not null generated always as (coalesce(agency_id, '00000000-0000-0000-0000-000000000000')) stored,
  kind text not null,
  payload private.task_payload not null default '{}',
  priority smallint not null default 0,
  turn bigint not null default 0,
  place bigint not null default 0,
  state private.task_state not null,
  attempts integer not null default 0,
  max_attempts private.task_attempts not null default 20,
  claim bigint not null default 0,
  run_at timestamptz not null default now(),
  lease_until timestamptz,
  heartbeat_at timestamptz,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  worker text,
  unique_key text,
  last_error text,
  result jsonb,
  constraint tasks_run_under_a_lease check ((state = 'running') = (lease_until is not null))
)
-- A task is written three times in its life; with room on its page all three stay there.
with (
  fillfactor = 40,
  autovacuum_vacuum_scale_factor = 0.05
);
comment on table private.tasks is
  'Background work of every domain. Written by the functions of this folder alone; finished tasks are swept after a while.';
comment on column private.tasks.agency_id is 'Whose work it is; null for the platform''s own.';
comment on column private.tasks.priority is 'Higher goes first among the tasks of one agency; it takes nothing from others.';
comment on column private.tasks.turn is
  'Place in line, given when the task becomes due: one more than the last of the agency''s waiting tasks, so that agencies take turns however many tasks each has.';
comment on column private.tasks.place is
  'The turn it was first given: the order among the agency''s tasks of one priority. Those that let others go first get a later turn and keep their place.';
comment on column private.tasks.claim is
  'Counts up with every claim. Whoever speaks for a running task names it, and a stale worker is refused.';
comment on column private.tasks.attempts is 'Claims that ended neither in a snooze nor in handing back.';
comment on column private.tasks.run_at is 'When it became due, or will.';
comment on column private.tasks.lease_until is 'Until when the claim holds without a sign of life.';
comment on column private.tasks.unique_key is 'At most one task that is not finished has it.';

-- The statistics of a queue are out of date whenever they are needed, so that no statement may leave
-- the planner a choice: each asks for the order, or the very condition, that one index alone has. Of
-- leases nothing is known: told that next to none is open, the planner reads all tasks for those that
-- run, to find the ones that a worker names.
alter table private.tasks alter column lease_until set statistics 0;

-- In line; the kind is in the index so that what a worker cannot run costs no look at the table.
create index tasks_turn_idx on private.tasks (turn, kind) where state = 'available';
-- The last place that an agency has in line.
create index tasks_queue_turn_idx on private.tasks (queue, turn) where state = 'available';
-- Which of an agency's tasks goes first, and whether there is anything but turns to look at.
create index tasks_queue_priority_place_idx on private.tasks (queue, priority desc, place) where state = 'available';
create index tasks_out_of_turn_idx on private.tasks ((turn - place)) where state = 'available' and (priority <> 0 or turn <> place);
-- When something is to be done about it, in each state: how long the oldest has waited, what becomes
-- due, whose lease ends. Each index costs every claim, so that it is one.
create index tasks_state_due_idx on private.tasks (state, coalesce(lease_until, run_at))
  where state in ('available', 'scheduled', 'running', 'retryable', 'discarded');
create unique index tasks_unique_key_idx on private.tasks (unique_key)
  where unique_key is not null and state not in ('completed', 'cancelled', 'discarded');
alter table private.tasks enable row level security;
alter table private.tasks force row level security;

create table private.schedules (
  name text primary key,
  agency_id uuid references public.agencies (id) on delete cascade,
  kind text not null references private.task_kinds (kind),
  payload jsonb not null default '{}',
  cron text not null,
  timezone text not null default 'UTC',
  enabled boolean not null default true,
  next_run_at timestamptz not null,
  last_run_at timestamptz,
  created_at timestamptz not null default now(),
  constraint schedules_payload_is_an_object check (jsonb_typeof(payload) = 'object')
);
comment on table private.schedules is
  'What becomes a task by the clock; written by private.set_schedule(), fired by private.tick().';
create index schedules_next_run_at_idx on private.schedules (next_run_at) where enabled;
alter table private.schedules enable row level security;
alter table private.schedules force row level security;

create table private.chores (
  name text primary key,
  every interval not null,
  next_run_at timestamptz not null default now(),
  constraint chores_every_is_positive check (every > interval '0')
);
comment on table private.chores is
  'What private.tick() does itself, in the database, and how often: it must happen where no worker runs, too.';
alter table private.chores enable row level security;
alter table private.chores force row level security;

-- supabase/schemas/tasks/functions/call_worker.sql

create or replace function private.call_worker()
returns boolean
language plpgsql
volatile
security definer -- the vault is the owner's
set search_path = ''
as $$
#variable_conflict error
declare
  v_secrets regclass := to_regclass('vault.decrypted_secrets');
  v_post regproc := to_regproc('net.http_post');
  v_url text;
  v_secret text;
  v_at text := floor(extract(epoch from clock_timestamp()))::bigint::text;
  v_body constant text := '{"wait": false}';
begin
  -- Neither is there in a database without pg_net and the vault, and then somebody else runs the worker.
  if v_secrets is null or v_post is null then
    return false;
  end if;
  execute format($q$
    select max(s.decrypted_secret) filter (where s.name = 'backline_worker_url'),
           max(s.decrypted_secret) filter (where s.name = 'backline_worker_cron_secret')
      from %s as s
     where s.name in ('backline_worker_url', 'backline_worker_cron_secret')
  $q$, v_secrets) into v_url, v_secret;
  if v_url is null or v_secret is null then
    return false;
  end if;
  execute format('select %s(url => $1, body => $2, headers => $3, timeout_milliseconds => 5000)', v_post)
    using v_url, v_body::jsonb, jsonb_build_object(
      'Content-Type', 'application/json',
      'X-Backline-Timestamp', v_at,
      -- pg_net sends the document as jsonb prints it.
      'X-Backline-Signature', encode(extensions.hmac(v_at || '.' || (v_body::jsonb)::text, v_secret, 'sha256'), 'hex'));
  return true;
end;
$$;

comment on function private.call_worker() is
  'Asks the edge function worker to run a batch, by pg_net with a signed call, where the vault has backline_worker_url and backline_worker_cron_secret. Returns whether it asked.';

-- supabase/schemas/tasks/functions/cancel_task.sql

create or replace function public.cancel_task(task_id uuid)
returns jsonb
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_before private.tasks := private.task_to_manage(cancel_task.task_id);
  v_after private.tasks;
begin
  if v_before.state in ('completed', 'cancelled', 'discarded') then
    raise exception using errcode = 'PT409', message = 'task_is_finished',
      detail = format('The task is %s and stays so.', v_before.state);
  end if;
  update private.tasks as t
     set state = 'cancelled', finished_at = now(), lease_until = null
   where t.id = v_before.id
  returning t.* into v_after;
  perform private.audit(coalesce(v_after.agency_id, private.platform()), 'task.cancelled', v_after.id,
    private.task_document(v_before), private.task_document(v_after));
  return private.task_document(v_after);
end;
$$;

comment on function public.cancel_task(uuid) is
  'For staff of the platform: takes a task out of line for good. Of one that runs the worker hears at its next call, and what it does later has no effect. Errors: 401 not_signed_in, 403 staff_required, 404 task_not_found, 409 task_is_finished.';
revoke all on function public.cancel_task(uuid) from public, anon;
grant execute on function public.cancel_task(uuid) to authenticated;

-- supabase/schemas/tasks/functions/claim_tasks.sql

create or replace function public.claim_tasks(worker text, kinds text[], max_tasks integer, lease_seconds integer)
returns json
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
begin
  if not private.is_service() then
    perform private.require_service();
  end if;
  if (claim_tasks.max_tasks between 1 and 1000 and claim_tasks.lease_seconds between 1 and 86400) is not true then
    perform private.refuse_claim(claim_tasks.max_tasks, claim_tasks.lease_seconds);
  end if;
  return private.serve_worker('[]'::jsonb, claim_tasks.worker, claim_tasks.kinds, claim_tasks.max_tasks,
    claim_tasks.lease_seconds) -> 'tasks';
end;
$$;

comment on function public.claim_tasks(text, text[], integer, integer) is
  'For workers: takes up to so many tasks of the kinds, agency by agency in turns, and returns [{id, agency_id, kind, payload, claim, attempt, max_attempts, lease_until, last_error}]. Each is the worker''s until its lease ends. Errors: 403 service_required, 422 task_batch_out_of_range, lease_out_of_range.';
revoke all on function public.claim_tasks(text, text[], integer, integer) from public, anon, authenticated;
grant execute on function public.claim_tasks(text, text[], integer, integer) to service_role;

-- supabase/schemas/tasks/functions/complete_task.sql

create or replace function public.complete_task(task_id uuid, claim bigint, result jsonb default null)
returns void
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require_service();
  update private.tasks as t
     set state = 'completed', result = complete_task.result, finished_at = now(),
         lease_until = null, last_error = null
   where t.id = complete_task.task_id and t.claim = complete_task.claim and t.lease_until is not null;
  if not found then
    perform private.refuse_lost_task(complete_task.task_id);
  end if;
end;
$$;

comment on function public.complete_task(uuid, bigint, jsonb) is
  'For workers: the task is done. Errors: 403 service_required, 409 task_lost.';
revoke all on function public.complete_task(uuid, bigint, jsonb) from public, anon, authenticated;
grant execute on function public.complete_task(uuid, bigint, jsonb) to service_role;

-- supabase/schemas/tasks/functions/complete_tasks.sql

create or replace function public.complete_tasks(finished jsonb)
returns json
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require_service();
  return json_build_object('lost',
    private.serve_worker(complete_tasks.finished, null, null, 0, 1) -> 'lost');
end;
$$;

comment on function public.complete_tasks(jsonb) is
  'For workers: completes many tasks [{id, claim, result}] at once and returns {lost: [ids]} of those that no longer ran under the claim; the others are completed. Error 403 service_required.';
revoke all on function public.complete_tasks(jsonb) from public, anon, authenticated;
grant execute on function public.complete_tasks(jsonb) to service_role;

-- supabase/schemas/tasks/functions/cron_field.sql

create or replace function private.cron_field(field text, low integer, high integer, names text[] default '{}')
returns integer[]
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_part text;
  v_match text[];
  v_from integer;
  v_to integer;
  v_values integer[] := '{}'::integer[];
begin
  if cron_field.field is null then
    return null;
  end if;
  foreach v_part in array string_to_array(lower(cron_field.field), ',') loop
    v_match := regexp_match(v_part, '^(?:(\*)|(\d{1,2}|[a-z]{3})(?:-(\d{1,2}|[a-z]{3}))?)(?:/(\d{1,2}))?$');
    v_from := case when v_match[1] is not null then cron_field.low
                   else coalesce(array_position(cron_field.names, v_match[2]) - 1 + cron_field.low,
                     substring(v_match[2], '^\d+$')::integer) end;
    v_to := case when v_match[1] is not null then cron_field.high
                 when v_match[3] is not null then coalesce(
                   array_position(cron_field.names, v_match[3]) - 1 + cron_field.low,
                   substring(v_match[3], '^\d+$')::integer)
                 -- As in 5/15: from 5 on.
                 when v_match[4] is not null then cron_field.high
                 else v_from end;
    if v_from between cron_field.low and cron_field.high and v_to between v_from and cron_field.high
      and coalesce(v_match[4]::integer, 1) > 0 then
      v_values := v_values || array(select generate_series(v_from, v_to, coalesce(v_match[4]::integer, 1)));
    else
      return null;
    end if;
  end loop;
  return v_values;
end;
$$;

comment on function private.cron_field(text, integer, integer, text[]) is
  'The values of one field of a cron expression (*, 5, 1-5, */15, 1-30/2, mon-fri, and lists of these); null for what is none.';

-- supabase/schemas/tasks/functions/cron_next.sql

create or replace function private.cron_next(cron text, timezone text, after timestamptz default now())
returns timestamptz
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_fields text[] := regexp_split_to_array(trim(cron_next.cron), '\s+');
  v_minutes integer[] := private.cron_field(v_fields[1], 0, 59);
  v_hours integer[] := private.cron_field(v_fields[2], 0, 23);
  v_days integer[] := private.cron_field(v_fields[3], 1, 31);
  v_months integer[] := private.cron_field(v_fields[4], 1, 12, '{jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec}');
  -- Sunday is 0 and 7.
  v_weekdays integer[] := private.cron_field(v_fields[5], 0, 7, '{sun,mon,tue,wed,thu,fri,sat}');
  -- Where both are restricted, either will do, as cron has always had it.
  v_either boolean := v_fields[3] not like '*%' and v_fields[5] not like '*%';
  v_every_hour boolean := v_fields[2] like '*%';
  v_today date;
  v_day date;
  v_next timestamptz;
begin
  if cardinality(v_fields) = 5 and v_minutes is not null and v_hours is not null and v_days is not null
    and v_months is not null and v_weekdays is not null then
    v_today := (cron_next.after at time zone cron_next.timezone)::date;
    -- Leap days may be eight years apart.
    for v_day in
      select d::date
        from generate_series(v_today::timestamp, v_today + interval '8 years 1 day', interval '1 day') as d
       where extract(month from d) = any (v_months)
         and case when v_either
                  then extract(day from d) = any (v_days) or extract(isodow from d) % 7 = any (v_weekdays)
                       or extract(isodow from d) = any (v_weekdays)
                  else extract(day from d) = any (v_days) and (extract(isodow from d) % 7 = any (v_weekdays)
                       or extract(isodow from d) = any (v_weekdays)) end
    loop
      if v_every_hour then
        -- Goes by what time passes, so that the hour that a clock repeats counts twice.
        select min(m) into v_next
          from generate_series(
            greatest(v_day::timestamp at time zone cron_next.timezone, date_trunc('minute', cron_next.after)),
            (v_day + 1)::timestamp at time zone cron_next.timezone - interval '1 minute',
            interval '1 minute') as m
         where m > cron_next.after
           and extract(hour from m at time zone cron_next.timezone) = any (v_hours)
           and extract(minute from m at time zone cron_next.timezone) = any (v_minutes);
      else
        -- Goes by the clock on the wall: once a day, also when the hour is repeated or left out.
        select min(m.at) into v_next
          from unnest(v_hours) as h
         cross join unnest(v_minutes) as n
         cross join lateral (
           select (v_day + make_time(h, n, 0)) at time zone cron_next.timezone as at
         ) as m
         where m.at > cron_next.after;
      end if;
      if v_next is not null then
        return v_next;
      end if;
    end loop;
  end if;
  raise exception using errcode = 'PT422', message = 'cron_invalid',
    detail = format('%s is no schedule of five fields (minute, hour, day, month, weekday) that ever comes about.', cron_next.cron),
    hint = 'For example */15 * * * * or 30 8 * * mon-fri.';
end;
$$;

comment on function private.cron_next(text, text, timestamptz) is
  'The first moment after another at which a cron expression fires by the clocks of a time zone, which private.require_timezone() has let pass. Error: 422 cron_invalid.';

-- supabase/schemas/tasks/functions/do_chores.sql

create or replace function private.do_chores()
returns text[]
language plpgsql
volatile
security definer -- what it calls is the owner's
set search_path = ''
as $$
#variable_conflict error
declare
  v_chore private.chores;
  v_done text[] := '{}'::text[];
begin
  for v_chore in
    select c.* from private.chores as c where c.next_run_at <= now() order by c.name for update skip locked
  loop
    -- One that fails is told and does not keep the others.
    begin
      case v_chore.name
        when 'announcements' then perform private.announce_due();
        when 'old_announcements' then perform private.sweep_announcements();
        when 'notification_emails' then perform private.enqueue_notification_emails();
        when 'notifications' then perform private.sweep_notifications();
        when 'fold' then perform private.fold();
        when 'sweep' then perform private.sweep();
        when 'tasks' then perform private.sweep_tasks();
        when 'audit_partitions' then perform private.create_audit_partitions();
        when 'job_logs' then perform private.keep_job_logs();
      end case;
      v_done := v_done || v_chore.name;
    exception
      when others then
        raise warning 'the chore % failed: % %', v_chore.name, sqlstate, sqlerrm;
    end;
    update private.chores as c set next_run_at = now() + c.every where c.name = v_chore.name;
  end loop;
  return v_done;
end;
$$;

comment on function private.do_chores() is 'Does what is due of the database''s own upkeep; returns the names.';

-- supabase/schemas/tasks/functions/do_upkeep.sql

create or replace function public.do_upkeep()
returns text[]
language plpgsql
volatile
security definer -- chores are nobody's to write
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require_service();
  update private.chores set next_run_at = now();
  return private.do_chores();
end;
$$;

comment on function public.do_upkeep() is
  'For workers: does all chores of the clock now, whenever they are due, and returns the names of those that did not fail. Error 403 service_required.';
revoke all on function public.do_upkeep() from public, anon, authenticated;
grant execute on function public.do_upkeep() to service_role;

-- supabase/schemas/tasks/functions/drop_schedule.sql

create or replace function private.drop_schedule(name text)
returns boolean
language plpgsql
volatile
security definer -- schedules are nobody's to write
set search_path = ''
as $$
#variable_conflict error
begin
  delete from private.schedules as s where s.name = drop_schedule.name;
  return found;
end;
$$;

comment on function private.drop_schedule(text) is 'Ends a schedule; returns whether there was one. Tasks that it made stay.';

-- supabase/schemas/tasks/functions/enqueue_task.public.sql

create or replace function public.enqueue_task(
  kind text,
  payload jsonb default '{}',
  agency_id uuid default null,
  unique_key text default null,
  run_at timestamptz default null,
  priority integer default 0,
  max_attempts integer default 20
)
returns uuid
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require_service();
  return private.enqueue_task(enqueue_task.kind, enqueue_task.payload, enqueue_task.agency_id,
    enqueue_task.unique_key, enqueue_task.run_at, enqueue_task.priority, enqueue_task.max_attempts);
end;
$$;

comment on function public.enqueue_task(text, jsonb, uuid, text, timestamptz, integer, integer) is
  'For workers: puts a task in line and returns its id; where an unfinished task has the unique key, that one''s id. Errors: 403 service_required, 422 task_kind_unknown, and the named checks of tasks.';
revoke all on function public.enqueue_task(text, jsonb, uuid, text, timestamptz, integer, integer) from public, anon, authenticated;
grant execute on function public.enqueue_task(text, jsonb, uuid, text, timestamptz, integer, integer) to service_role;

-- supabase/schemas/tasks/functions/enqueue_task.sql

create or replace function private.enqueue_task(
  kind text,
  payload jsonb,
  agency_id uuid default null,
  unique_key text default null,
  run_at timestamptz default null,
  priority integer default 0,
  max_attempts integer default 20
)
returns uuid
language plpgsql
volatile
security definer -- whoever has work to be done owns no queue
set search_path = ''
as $$
#variable_conflict error
declare
  v_due boolean := coalesce(enqueue_task.run_at <= now(), true);
  v_turn bigint := 0;
  v_task_id uuid;
begin
  perform private.require_task_kind(enqueue_task.kind);
  if v_due then
    v_turn := private.next_turn(coalesce(enqueue_task.agency_id, private.platform()));
  end if;
  loop
    insert into private.tasks (agency_id, kind, payload, priority, max_attempts, unique_key, run_at, state, turn, place)
    values (
      enqueue_task.agency_id, enqueue_task.kind, coalesce(enqueue_task.payload, '{}'),
      coalesce(enqueue_task.priority, 0), coalesce(enqueue_task.max_attempts, 20), enqueue_task.unique_key,
      coalesce(enqueue_task.run_at, now()),
      case when v_due then 'available' else 'scheduled' end::private.task_state,
      v_turn, v_turn
    )
    on conflict do nothing
    returning id into v_task_id;
    exit when found;
    select t.id into v_task_id
      from private.tasks as t
     where t.unique_key = enqueue_task.unique_key
       and t.state not in ('completed', 'cancelled', 'discarded');
    if found then
      return v_task_id;
    end if;
    -- The one that was in the way has finished in between.
  end loop;
  if v_due then
    perform pg_notify('task_available', enqueue_task.kind);
  end if;
  return v_task_id;
end;
$$;

comment on function private.enqueue_task(text, jsonb, uuid, text, timestamptz, integer, integer) is
  'Puts a task in line, now or for later, in the caller''s transaction, and returns its id; where an unfinished task has the unique key, that one''s id. Errors: 422 task_kind_unknown, and the named checks of tasks.';

-- supabase/schemas/tasks/functions/enqueue_tasks.sql

create or replace function private.enqueue_tasks(
  kind text,
  payloads jsonb[],
  agency_id uuid default null,
  unique_keys text[] default null,
  run_at timestamptz default null,
  priority integer default 0,
  max_attempts integer default 20
)
returns bigint
language plpgsql
volatile
security definer -- whoever has work to be done owns no queue
set search_path = ''
as $$
#variable_conflict error
declare
  v_due boolean := coalesce(enqueue_tasks.run_at <= now(), true);
  v_turn bigint := 0;
  v_made bigint;
begin
  perform private.require_task_kind(enqueue_tasks.kind);
  if v_due then
    v_turn := private.next_turn(coalesce(enqueue_tasks.agency_id, private.platform()));
  end if;
  -- In the order of their keys, so that calls that meet wait for each other in one order.
  insert into private.tasks (agency_id, kind, payload, priority, max_attempts, unique_key, run_at, state, turn, place)
  select enqueue_tasks.agency_id, enqueue_tasks.kind, coalesce(u.payload, '{}'),
         coalesce(enqueue_tasks.priority, 0), coalesce(enqueue_tasks.max_attempts, 20), u.unique_key,
         coalesce(enqueue_tasks.run_at, now()),
         case when v_due then 'available' else 'scheduled' end::private.task_state,
         v_turn + u.position - 1, v_turn + u.position - 1
    from rows from (unnest(enqueue_tasks.payloads), unnest(enqueue_tasks.unique_keys))
         with ordinality as u (payload, unique_key, position)
   order by u.unique_key, u.position
  on conflict do nothing;
  get diagnostics v_made = row_count;
  if v_due and v_made > 0 then
    perform pg_notify('task_available', enqueue_tasks.kind);
  end if;
  return v_made;
end;
$$;

comment on function private.enqueue_tasks(text, jsonb[], uuid, text[], timestamptz, integer, integer) is
  'Puts one task for each payload in line, in their order, in one statement; returns how many, which leaves out those whose unique key an unfinished task has. Errors as private.enqueue_task().';

-- supabase/schemas/tasks/functions/exchange_tasks.sql

create or replace function public.exchange_tasks(
  finished jsonb,
  worker text,
  kinds text[],
  max_tasks integer,
  lease_seconds integer
)
returns json
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
begin
  if not private.is_service() then
    perform private.require_service();
  end if;
  if (exchange_tasks.max_tasks between 1 and 1000 and exchange_tasks.lease_seconds between 1 and 86400) is not true then
    perform private.refuse_claim(exchange_tasks.max_tasks, exchange_tasks.lease_seconds);
  end if;
  return private.serve_worker(exchange_tasks.finished, exchange_tasks.worker, exchange_tasks.kinds,
    exchange_tasks.max_tasks, exchange_tasks.lease_seconds);
end;
$$;

comment on function public.exchange_tasks(jsonb, text, text[], integer, integer) is
  'For workers: complete_tasks and claim_tasks in one call, one transaction and one commit: {lost, tasks}. A busy worker needs nothing else. Errors: 403 service_required, 422 task_batch_out_of_range, lease_out_of_range.';
revoke all on function public.exchange_tasks(jsonb, text, text[], integer, integer) from public, anon, authenticated;
grant execute on function public.exchange_tasks(jsonb, text, text[], integer, integer) to service_role;

-- supabase/schemas/tasks/functions/extend_lease.sql

create or replace function private.extend_lease(
  task_id uuid,
  claim bigint,
  lease_seconds integer,
  has_progressed boolean default false
)
returns timestamptz
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_until timestamptz;
begin
  perform private.require_lease(extend_lease.lease_seconds);
  -- Not now(): the transaction may have been at work for longer than a lease.
  update private.tasks as t
     set lease_until = clock_timestamp() + make_interval(secs => extend_lease.lease_seconds),
         heartbeat_at = clock_timestamp(),
         attempts = case when extend_lease.has_progressed then 1 else t.attempts end
   where t.id = extend_lease.task_id and t.claim = extend_lease.claim and t.lease_until is not null
  returning t.lease_until into v_until;
  if not found then
    perform private.refuse_lost_task(extend_lease.task_id);
  end if;
  return v_until;
end;
$$;

comment on function private.extend_lease(uuid, bigint, integer, boolean) is
  'A sign of life: the lease ends so many seconds from now. A task that has progressed gets its attempts back, all but this one. Errors: 409 task_lost, 422 lease_out_of_range.';

-- supabase/schemas/tasks/functions/fail_task.public.sql

create or replace function public.fail_task(
  task_id uuid,
  claim bigint,
  error text,
  retry_in_seconds integer default null,
  final boolean default false
)
returns jsonb
language sql -- plpgsql takes no argument of the name error
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
  select private.require_service();
  select private.fail_task(fail_task.task_id, fail_task.claim, fail_task.error, fail_task.retry_in_seconds, fail_task.final);
$$;

comment on function public.fail_task(uuid, bigint, text, integer, boolean) is
  'For workers: the attempt failed. The task comes back after so many seconds, or with exponential backoff, and is discarded after its last attempt or at once when final. Returns {state, run_at}. Errors: 403 service_required, 409 task_lost.';
revoke all on function public.fail_task(uuid, bigint, text, integer, boolean) from public, anon, authenticated;
grant execute on function public.fail_task(uuid, bigint, text, integer, boolean) to service_role;

-- supabase/schemas/tasks/functions/fail_task.sql

create or replace function private.fail_task(
  task_id uuid,
  claim bigint,
  reason text,
  retry_in_seconds integer default null,
  final boolean default false
)
returns jsonb
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_task private.tasks;
  v_again boolean;
begin
  v_task := private.hold_task(fail_task.task_id, fail_task.claim);
  v_again := v_task.attempts < v_task.max_attempts and not coalesce(fail_task.final, false);
  update private.tasks as t
     set state = case when v_again then 'retryable' else 'discarded' end::private.task_state,
         run_at = case when v_again then now() + case
             when fail_task.retry_in_seconds is null then private.task_backoff(t.attempts)
             else make_interval(secs => greatest(fail_task.retry_in_seconds, 0)) end
           else t.run_at end,
         finished_at = case when v_again then null else now() end,
         last_error = left(fail_task.reason, 2000), lease_until = null
   where t.id = v_task.id
  returning t.* into v_task;
  return jsonb_build_object('state', v_task.state, 'run_at', v_task.run_at);
end;
$$;

comment on function private.fail_task(uuid, bigint, text, integer, boolean) is
  'Ends an attempt without success; see public.fail_task(), which asks who calls.';

-- supabase/schemas/tasks/functions/fire_schedules.sql

create or replace function private.fire_schedules()
returns bigint
language plpgsql
volatile
security definer -- schedules are nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_schedule private.schedules;
  v_fired bigint := 0;
begin
  -- Whoever holds the row fires it, and moves it on in the same transaction.
  for v_schedule in
    select s.* from private.schedules as s
     where s.enabled and s.next_run_at <= now()
     order by s.next_run_at
       for update skip locked
  loop
    -- One that fails is told and does not keep the others.
    begin
      update private.schedules as s
         set last_run_at = now(), next_run_at = private.cron_next(s.cron, s.timezone)
       where s.name = v_schedule.name;
      -- An archived agency rests.
      if not exists (
        select from public.agencies as a where a.id = v_schedule.agency_id and a.archived_at is not null
      ) then
        perform private.enqueue_task(v_schedule.kind, v_schedule.payload, v_schedule.agency_id,
          unique_key => format('schedule:%s', v_schedule.name));
        v_fired := v_fired + 1;
      end if;
    exception
      when others then
        raise warning 'the schedule % failed: % %', v_schedule.name, sqlstate, sqlerrm;
        update private.schedules as s set next_run_at = now() + interval '1 hour' where s.name = v_schedule.name;
    end;
  end loop;
  return v_fired;
end;
$$;

comment on function private.fire_schedules() is
  'Makes the tasks of schedules whose time has come, once for each however many call at once; times that were missed are made up for by one. Nothing is added while the last one''s task is unfinished; one that fails is tried again in an hour. Returns how many.';

-- supabase/schemas/tasks/functions/first_turn.sql

create or replace function private.first_turn()
returns bigint
language plpgsql
stable
security invoker
set search_path = ''
-- Whatever the statistics say of a table that fills and empties: the index that has the order.
set enable_sort = off
set enable_seqscan = off
set enable_bitmapscan = off
as $$
#variable_conflict error
begin
  return (select t.turn from private.tasks as t where t.state = 'available' order by t.turn limit 1);
end;
$$;

comment on function private.first_turn() is 'Whose turn it is: the smallest turn of all tasks that wait; null where none does.';

-- supabase/schemas/tasks/functions/get_task_figures.sql

create or replace function public.get_task_figures()
returns jsonb
language plpgsql
stable
security definer -- staff see the tasks of every agency
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require_staff();
  return (
    with counted as (
      select t.kind, t.state, count(*) as number from private.tasks as t group by t.kind, t.state
    ), of_kinds as (
      select k.kind, k.description, jsonb_object_agg(s.state, coalesce(c.number, 0)) as states
        from private.task_kinds as k
       cross join unnest(enum_range(null::private.task_state)) as s (state)
        left join counted as c on c.kind = k.kind and c.state = s.state
       group by k.kind
    )
    select jsonb_build_object(
      'at', now(),
      'lag_seconds', round(extract(epoch from private.task_lag()), 3),
      'states', (
        select jsonb_object_agg(s.state, coalesce((select sum(c.number) from counted as c where c.state = s.state), 0))
          from unnest(enum_range(null::private.task_state)) as s (state)),
      'kinds', (
        select coalesce(jsonb_agg(to_jsonb(k) order by k.kind), '[]') from of_kinds as k),
      'schedules', (
        select coalesce(jsonb_agg(to_jsonb(s) - '{payload,created_at}'::text[] order by s.next_run_at, s.name), '[]')
          from private.schedules as s where s.agency_id is null)
    ));
end;
$$;

comment on function public.get_task_figures() is
  'For staff of the platform: the queue in figures, {at, lag_seconds, states, kinds: [{kind, description, states}], schedules of the platform}. Errors: 401 not_signed_in, 403 staff_required.';
revoke all on function public.get_task_figures() from public, anon;
grant execute on function public.get_task_figures() to authenticated;

-- supabase/schemas/tasks/functions/hand_back_task.sql

create or replace function public.hand_back_task(task_id uuid, claim bigint)
returns void
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_kind text;
begin
  perform private.require_service();
  update private.tasks as t
     set state = 'available', attempts = t.attempts - 1, worker = null, lease_until = null,
         turn = coalesce(private.first_turn(), t.turn)
   where t.id = hand_back_task.task_id and t.claim = hand_back_task.claim and t.lease_until is not null
  returning t.kind into v_kind;
  if not found then
    perform private.refuse_lost_task(hand_back_task.task_id);
  end if;
  perform pg_notify('task_available', v_kind);
end;
$$;

comment on function public.hand_back_task(uuid, bigint) is
  'For workers that stop: the task is at the front of the line again, at no cost of an attempt. Errors: 403 service_required, 409 task_lost.';
revoke all on function public.hand_back_task(uuid, bigint) from public, anon, authenticated;
grant execute on function public.hand_back_task(uuid, bigint) to service_role;

-- supabase/schemas/tasks/functions/heartbeat_task.sql

create or replace function public.heartbeat_task(task_id uuid, claim bigint, lease_seconds integer)
returns timestamptz
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require_service();
  return private.extend_lease(heartbeat_task.task_id, heartbeat_task.claim, heartbeat_task.lease_seconds);
end;
$$;

comment on function public.heartbeat_task(uuid, bigint, integer) is
  'For workers: a sign of life; returns until when the lease holds now. Errors: 403 service_required, 409 task_lost, 422 lease_out_of_range.';
revoke all on function public.heartbeat_task(uuid, bigint, integer) from public, anon, authenticated;
grant execute on function public.heartbeat_task(uuid, bigint, integer) to service_role;

-- supabase/schemas/tasks/functions/hold_task.sql

create or replace function private.hold_task(task_id uuid, claim bigint)
returns private.tasks
language plpgsql
volatile
security definer -- the queue is nobody's to lock
set search_path = ''
as $$
#variable_conflict error
declare
  v_task private.tasks;
begin
  select t.* into v_task
    from private.tasks as t
   where t.id = hold_task.task_id and t.claim = hold_task.claim and t.lease_until is not null -- runs; its state would let the planner choose an index of all that do
     for update;
  if not found then
    perform private.refuse_lost_task(hold_task.task_id);
  end if;
  return v_task;
end;
$$;

comment on function private.hold_task(uuid, bigint) is
  'Locks a task that runs under this claim until the transaction ends, so that what it does and what becomes of it are one. Error 409 task_lost.';

-- supabase/schemas/tasks/functions/list_tasks.sql

create or replace function public.list_tasks(
  state text default null,
  kind text default null,
  agency_id uuid default null,
  page integer default 1,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- staff see the tasks of every agency
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
#variable_conflict error
declare
  v_offset bigint := private.page_offset(list_tasks.page, list_tasks.page_size);
  v_total bigint;
  v_items jsonb;
begin
  perform private.require_staff();
  if not pg_input_is_valid(list_tasks.state, 'private.task_state') then
    raise exception using errcode = 'PT422', message = 'task_state_unknown',
      detail = format('Tasks are never %s.', list_tasks.state),
      hint = 'One of available, scheduled, running, retryable, completed, cancelled, discarded.';
  end if;
  with matching as (
    select t.*
      from private.tasks as t
     where (list_tasks.state is null or t.state = list_tasks.state::private.task_state)
       and (list_tasks.kind is null or t.kind = list_tasks.kind)
       and (list_tasks.agency_id is null or t.agency_id = list_tasks.agency_id)
  ), page as (
    select m.id from matching as m order by m.id desc limit list_tasks.page_size offset v_offset
  )
  select (select count(*) from matching),
         coalesce(jsonb_agg(private.task_document(t) order by t.id desc), '[]')
    into v_total, v_items
    from page
    join private.tasks as t on t.id = page.id;
  return jsonb_build_object('items', v_items, 'total', v_total);
end;
$$;

comment on function public.list_tasks(text, text, uuid, integer, integer) is
  'For staff of the platform: a page {items, total} of tasks, the newest first. Dead letters are those that are discarded. Errors: 401 not_signed_in, 403 staff_required, 422 page_out_of_range, task_state_unknown.';
revoke all on function public.list_tasks(text, text, uuid, integer, integer) from public, anon;
grant execute on function public.list_tasks(text, text, uuid, integer, integer) to authenticated;

-- supabase/schemas/tasks/functions/next_turn.sql

create or replace function private.next_turn(queue uuid)
returns bigint
language plpgsql
stable
security invoker
set search_path = ''
set enable_sort = off
set enable_seqscan = off
set enable_bitmapscan = off
as $$
#variable_conflict error
declare
  v_last bigint;
begin
  -- The last of the queue, by the one index that has this order; the one before it is another queue's.
  select l.turn into v_last
    from (
      select t.queue, t.turn
        from private.tasks as t
       where t.state = 'available' and (t.queue, t.turn) <= (next_turn.queue, 9223372036854775807)
       order by t.queue desc, t.turn desc
       limit 1
    ) as l
   where l.queue = next_turn.queue;
  return 1 + coalesce(greatest(v_last, private.first_turn()), 0);
end;
$$;

comment on function private.next_turn(uuid) is
  'The turn of a task that becomes due now: after the last that waits in its queue, and after those whose turn it is, but not after others'' backlogs.';

-- supabase/schemas/tasks/functions/pick_tasks.sql

create or replace function private.pick_tasks(kinds text[], max_tasks integer)
returns uuid[]
language plpgsql
volatile
security definer -- the queue is nobody's to lock
set search_path = ''
set enable_sort = off
set enable_seqscan = off
set enable_bitmapscan = off
as $$
#variable_conflict error
declare
  v_place record;
  v_best uuid[];
  v_picked uuid[] := '{}'::uuid[];
begin
  -- Turns say how many each agency gets; priorities say which of its tasks these are.
  for v_place in
    with places as materialized (
      select t.id, t.queue, t.turn
        from private.tasks as t
       where t.state = 'available' and t.kind = any (pick_tasks.kinds)
       order by t.turn
       limit pick_tasks.max_tasks
         for update skip locked
    )
    select p.queue, array_agg(p.id) as ids, count(*) as number from places as p group by p.queue
  loop
    select coalesce(array_agg(b.id), '{}') into v_best
      from (
        select t.id
          from private.tasks as t
         where t.state = 'available' and t.queue = v_place.queue and t.kind = any (pick_tasks.kinds)
         order by t.priority desc, t.place
         limit v_place.number
           for update skip locked
      ) as b;
    -- Who steps back takes the turn of who goes first, so that the agency's places stay what they are.
    with back as (
      select t.id, row_number() over (order by t.priority desc, t.place) as n
        from private.tasks as t
       where t.id = any (v_place.ids) and t.id <> all (v_best)
    ), forth as (
      select t.turn, row_number() over (order by t.turn) as n
        from private.tasks as t
       where t.id = any (v_best) and t.id <> all (v_place.ids)
    )
    update private.tasks as t
       set turn = f.turn
      from back as b
      join forth as f on f.n = b.n
     where t.id = b.id;
    v_picked := v_picked || v_best;
  end loop;
  return v_picked;
end;
$$;

comment on function private.pick_tasks(text[], integer) is
  'Locks the tasks to claim next where some go before others: as many of each agency as its turns say, those of the highest priority.';

-- supabase/schemas/tasks/functions/promote_tasks.sql

create or replace function private.promote_tasks(batch_size integer default 1000)
returns bigint
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_promoted bigint;
begin
  with due as materialized (
    select t.id, t.queue, t.run_at
      from private.tasks as t
     where t.state in ('scheduled', 'retryable') and coalesce(t.lease_until, t.run_at) <= now()
     order by t.run_at
     limit promote_tasks.batch_size
       for update skip locked
  ), placed as (
    select d.id, q.turn - 1 + row_number() over (partition by d.queue order by d.run_at, d.id) as turn
      from due as d
      join (
        select o.queue, private.next_turn(o.queue) as turn from (select distinct n.queue from due as n) as o
      ) as q on q.queue = d.queue
  )
  update private.tasks as t
     set state = 'available', turn = p.turn, place = p.turn
    from placed as p
   where t.id = p.id;
  get diagnostics v_promoted = row_count;
  return v_promoted;
end;
$$;

comment on function private.promote_tasks(integer) is
  'Puts tasks in line whose time has come; returns how many. Several at once share them.';

-- supabase/schemas/tasks/functions/refuse_claim.sql

create or replace function private.refuse_claim(max_tasks integer, lease_seconds integer)
returns void
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if refuse_claim.max_tasks is null or refuse_claim.max_tasks not between 1 and 1000 then
    raise exception using errcode = 'PT422', message = 'task_batch_out_of_range',
      detail = 'A claim takes 1 to 1000 tasks.';
  end if;
  perform private.require_lease(refuse_claim.lease_seconds);
end;
$$;

comment on function private.refuse_claim(integer, integer) is
  'Says what is wrong with a claim: 422 task_batch_out_of_range, lease_out_of_range.';

-- supabase/schemas/tasks/functions/refuse_lost_task.sql

create or replace function private.refuse_lost_task(task_id uuid)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  raise exception using errcode = 'PT409', message = 'task_lost',
    detail = format('The task %s does not run under this claim (any more).', refuse_lost_task.task_id),
    hint = 'Stop working on it: somebody else has it, or it is cancelled or finished.';
end;
$$;

comment on function private.refuse_lost_task(uuid) is 'Raises 409 task_lost.';

-- supabase/schemas/tasks/functions/requeue_task.sql

create or replace function public.requeue_task(task_id uuid)
returns jsonb
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_before private.tasks := private.task_to_manage(requeue_task.task_id);
  v_after private.tasks;
begin
  if v_before.state in ('completed', 'running', 'available') then
    raise exception using errcode = 'PT409', message = 'task_not_requeueable',
      detail = format('The task is %s.', v_before.state),
      hint = 'Requeue what was discarded or cancelled, or waits for its time.';
  end if;
  begin
    update private.tasks as t
       set state = 'available', attempts = 0, run_at = now(), finished_at = null,
           (turn, place) = (select n, n from private.next_turn(t.queue) as n)
     where t.id = v_before.id
    returning t.* into v_after;
  exception
    when unique_violation then
      raise exception using errcode = 'PT409', message = 'task_is_superseded',
        detail = format('Another unfinished task has the key %s.', v_before.unique_key);
  end;
  perform pg_notify('task_available', v_after.kind);
  perform private.audit(coalesce(v_after.agency_id, private.platform()), 'task.requeued', v_after.id,
    private.task_document(v_before), private.task_document(v_after));
  return private.task_document(v_after);
end;
$$;

comment on function public.requeue_task(uuid) is
  'For staff of the platform: puts a discarded or cancelled task in line again with all its attempts; one that waits for its time goes now. Errors: 401 not_signed_in, 403 staff_required, 404 task_not_found, 409 task_not_requeueable, task_is_superseded.';
revoke all on function public.requeue_task(uuid) from public, anon;
grant execute on function public.requeue_task(uuid) to authenticated;

-- supabase/schemas/tasks/functions/require_lease.sql

create or replace function private.require_lease(lease_seconds integer)
returns void
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if require_lease.lease_seconds is null or require_lease.lease_seconds not between 1 and 86400 then
    raise exception using errcode = 'PT422', message = 'lease_out_of_range',
      detail = 'A lease lasts 1 to 86400 seconds.';
  end if;
end;
$$;

comment on function private.require_lease(integer) is 'Refuses a lease that no worker needs: 422 lease_out_of_range.';

-- supabase/schemas/tasks/functions/require_service.sql

create or replace function private.require_service()
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if not private.is_service() then
    raise exception using errcode = 'PT403', message = 'service_required',
      detail = 'This is for workers, which come with the secret key.';
  end if;
end;
$$;

comment on function private.require_service() is 'Refuses whoever does not come with the secret key: 403 service_required.';

-- supabase/schemas/tasks/functions/require_task_kind.sql

create or replace function private.require_task_kind(kind text)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if not exists (select from private.task_kinds as k where k.kind = require_task_kind.kind) then
    raise exception using errcode = 'PT422', message = 'task_kind_unknown',
      detail = format('No worker runs tasks of the kind %s.', require_task_kind.kind),
      hint = format('Known kinds: %s.',
        (select string_agg(k.kind, ', ' order by k.kind) from private.task_kinds as k));
  end if;
end;
$$;

comment on function private.require_task_kind(text) is 'Refuses a kind that no worker runs: 422 task_kind_unknown, which names the known ones.';

-- supabase/schemas/tasks/functions/rescue_tasks.sql

create or replace function private.rescue_tasks(batch_size integer default 1000)
returns bigint
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_first bigint := private.first_turn();
  v_rescued bigint;
  v_task record;
begin
  with silent as materialized (
    select t.id
      from private.tasks as t
     where t.state = 'running' and coalesce(t.lease_until, t.run_at) < now() and t.attempts < t.max_attempts
     order by coalesce(t.lease_until, t.run_at)
     limit rescue_tasks.batch_size
       for update skip locked
  )
  update private.tasks as t
     -- At the front, but never before it: newcomers get their turn from there.
     set state = 'available', turn = coalesce(v_first, t.turn), lease_until = null, worker = null,
         last_error = format('Worker %s fell silent; its lease ended at %s.', t.worker, t.lease_until)
    from silent as s
   where t.id = s.id;
  get diagnostics v_rescued = row_count;
  -- What a domain does about a task that is given up locks rows of its own until the transaction ends:
  -- for two tasks, and nobody could keep to an order of locks. So it is one at a time; one that fails is
  -- told and does not keep the others.
  for v_task in
    select t.id, format('Worker %s fell silent; its lease ended at %s.', t.worker, t.lease_until) as reason
      from private.tasks as t
     where t.state = 'running' and coalesce(t.lease_until, t.run_at) < now() and t.attempts >= t.max_attempts
     order by coalesce(t.lease_until, t.run_at)
     limit rescue_tasks.batch_size
       for update skip locked
  loop
    begin
      update private.tasks as t
         set state = 'discarded', finished_at = now(), lease_until = null, worker = null, last_error = v_task.reason
       where t.id = v_task.id;
      return v_rescued + 1;
    exception
      when others then
        raise warning 'the task % cannot be given up: % %', v_task.id, sqlstate, sqlerrm;
    end;
  end loop;
  return v_rescued;
end;
$$;

comment on function private.rescue_tasks(integer) is
  'Takes tasks back from workers whose lease has run out, the attempt counted: in line again at the front, or discarded after the last attempt, one of these a call. Returns how many.';

-- supabase/schemas/tasks/functions/seek_tasks.sql

create or replace function private.seek_tasks(worker text, kinds text[], max_tasks integer, lease_until timestamptz, taken json)
returns json
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
set enable_seqscan = off
set enable_sort = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
#variable_conflict error
declare
  v_due boolean;
  v_silent boolean;
  v_waiting boolean;
  v_picked uuid[];
  v_tasks json;
begin
  -- Looks at the edge of an index each.
  select exists (
           select from private.tasks as t
            where t.state in ('scheduled', 'retryable') and coalesce(t.lease_until, t.run_at) <= now()),
         exists (
           select from private.tasks as t where t.state = 'running' and coalesce(t.lease_until, t.run_at) < now()),
         (
           select true from private.tasks as o
            where o.state = 'available' and (o.priority <> 0 or o.turn <> o.place)
            order by o.turn - o.place
            limit 1) is not null
    into v_due, v_silent, v_waiting;
  if v_due then
    perform private.promote_tasks();
  end if;
  if v_silent then
    perform private.rescue_tasks();
  end if;
  if not (v_due or v_silent or v_waiting) then
    return seek_tasks.taken;
  end if;
  v_picked := private.pick_tasks(seek_tasks.kinds, seek_tasks.max_tasks);
  with claimed as (
    update private.tasks as t
       set state = 'running', claim = t.claim + 1, attempts = t.attempts + 1, worker = seek_tasks.worker,
           lease_until = seek_tasks.lease_until, heartbeat_at = now()
     where t.id = any (v_picked)
    returning t.*
  ), seen as (
    select o.task, o.position from json_array_elements(seek_tasks.taken) with ordinality as o (task, position)
    union all
    select json_build_object(
             'id', c.id, 'agency_id', c.agency_id, 'kind', c.kind, 'payload', c.payload, 'claim', c.claim,
             'attempt', c.attempts, 'max_attempts', c.max_attempts, 'lease_until', c.lease_until,
             'last_error', c.last_error),
           json_array_length(seek_tasks.taken) + row_number() over (order by c.priority desc, c.place)
      from claimed as c
  )
  select coalesce(json_agg(s.task order by s.position), '[]') into v_tasks from seen as s;
  return v_tasks;
end;
$$;

comment on function private.seek_tasks(text, text[], integer, timestamptz, json) is
  'What a claim does that finds too little in line: puts in line what is due, takes back what silent workers held, and lets priorities decide. Returns what was taken already and what it took.';

-- supabase/schemas/tasks/functions/serve_worker.sql

create or replace function private.serve_worker(
  finished jsonb,
  worker text,
  kinds text[],
  max_tasks integer,
  lease_seconds integer
)
returns json -- a text that nobody takes apart before it is sent
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
-- Whatever the statistics say of a table that fills and empties: the line is read in its order, tasks
-- are looked up one by one.
set enable_seqscan = off
set enable_sort = off
set enable_hashjoin = off
set enable_mergejoin = off
set plan_cache_mode = 'force_generic_plan'
as $$
#variable_conflict error
declare
  v_until timestamptz := now() + make_interval(secs => serve_worker.lease_seconds);
  v_done uuid[];
  v_lost json := '[]'::json;
  v_taken integer;
  v_tasks json;
begin
  -- One statement, where no priority is in play.
  with done as (
    update private.tasks as t
       set state = 'completed', result = f.result, finished_at = now(), lease_until = null, last_error = null
      from jsonb_to_recordset(serve_worker.finished) as f (id uuid, claim bigint, result jsonb)
     -- Not by its state: with that the planner may prefer an index of all that run.
     where t.id = f.id and t.claim = f.claim and t.lease_until is not null
    returning t.id
  ), next as (
    select t.ctid
      from private.tasks as t
     where t.state = 'available' and t.kind = any (serve_worker.kinds)
       and (
         select true from private.tasks as o
          where o.state = 'available' and (o.priority <> 0 or o.turn <> o.place)
          order by o.turn - o.place
          limit 1) is null
     order by t.turn
     limit serve_worker.max_tasks
       for update skip locked
  ), claimed as (
    update private.tasks as t
       set state = 'running', claim = t.claim + 1, attempts = t.attempts + 1, worker = serve_worker.worker,
           lease_until = v_until, heartbeat_at = now()
      from next as n
     where t.ctid = n.ctid
    returning t.id, t.agency_id, t.kind, t.payload, t.claim, t.attempts as attempt, t.max_attempts,
      t.lease_until, t.last_error
  )
  select (select array_agg(d.id) from done as d), count(*), coalesce(json_agg(c), '[]')
    into v_done, v_taken, v_tasks
    from claimed as c;
  if coalesce(cardinality(v_done), 0) < jsonb_array_length(serve_worker.finished) then
    v_lost := (
      select coalesce(json_agg(f.id), '[]')
        from jsonb_to_recordset(serve_worker.finished) as f (id uuid)
       where f.id <> all (coalesce(v_done, '{}')));
  end if;
  if v_taken < serve_worker.max_tasks then
    v_tasks := private.seek_tasks(serve_worker.worker, serve_worker.kinds, serve_worker.max_tasks - v_taken,
      v_until, v_tasks);
  end if;
  return json_build_object('lost', v_lost, 'tasks', v_tasks);
end;
$$;

comment on function private.serve_worker(jsonb, text, text[], integer, integer) is
  'Completes what a worker has finished and claims what it runs next; see public.exchange_tasks(), which asks who calls.';

-- supabase/schemas/tasks/functions/set_schedule.sql

create or replace function private.set_schedule(
  name text,
  cron text,
  kind text,
  payload jsonb default '{}',
  agency_id uuid default null,
  timezone text default 'UTC'
)
returns timestamptz
language plpgsql
volatile
security definer -- schedules are nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_next timestamptz;
begin
  perform private.require_timezone(set_schedule.timezone);
  perform private.require_task_kind(set_schedule.kind);
  v_next := private.cron_next(set_schedule.cron, set_schedule.timezone);
  insert into private.schedules as s (name, agency_id, kind, payload, cron, timezone, next_run_at)
  values (set_schedule.name, set_schedule.agency_id, set_schedule.kind, coalesce(set_schedule.payload, '{}'),
    set_schedule.cron, set_schedule.timezone, v_next)
  on conflict on constraint schedules_pkey do update
     set agency_id = excluded.agency_id, kind = excluded.kind, payload = excluded.payload, cron = excluded.cron,
         timezone = excluded.timezone, next_run_at = excluded.next_run_at, enabled = true;
  return v_next;
end;
$$;

comment on function private.set_schedule(text, text, text, jsonb, uuid, text) is
  'Makes or replaces a schedule and returns when it fires next. Errors: 422 cron_invalid, timezone_unknown, task_kind_unknown.';

-- supabase/schemas/tasks/functions/snooze_task.sql

create or replace function public.snooze_task(task_id uuid, claim bigint, seconds integer)
returns timestamptz
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_run_at timestamptz;
begin
  perform private.require_service();
  update private.tasks as t
     set state = 'scheduled', attempts = t.attempts - 1, lease_until = null,
         run_at = now() + make_interval(secs => greatest(coalesce(snooze_task.seconds, 0), 0))
   where t.id = snooze_task.task_id and t.claim = snooze_task.claim and t.lease_until is not null
  returning t.run_at into v_run_at;
  if not found then
    perform private.refuse_lost_task(snooze_task.task_id);
  end if;
  return v_run_at;
end;
$$;

comment on function public.snooze_task(uuid, bigint, integer) is
  'For workers: not now, in so many seconds; it costs no attempt. Returns when. Errors: 403 service_required, 409 task_lost.';
revoke all on function public.snooze_task(uuid, bigint, integer) from public, anon, authenticated;
grant execute on function public.snooze_task(uuid, bigint, integer) to service_role;

-- supabase/schemas/tasks/functions/sweep_tasks.sql

create or replace function private.sweep_tasks()
returns void
language sql
volatile
security definer -- the clock that calls it owns nothing
set search_path = ''
as $$
  delete from private.tasks as t
   where t.id = any (array(
     select o.id
       from private.tasks as o
      -- Ids come in the order of time: what is younger than the shorter time is not even looked at.
      where o.id < (lpad(to_hex((extract(epoch from now() - interval '7 days') * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
        and case when o.state = 'completed' then o.finished_at < now() - interval '7 days'
                 when o.state in ('cancelled', 'discarded') then o.finished_at < now() - interval '90 days' end
      order by o.id
      limit 10000
        for update skip locked))
$$;

comment on function private.sweep_tasks() is
  'Forgets up to 10,000 tasks that were completed 7 days ago, or cancelled or discarded 90 days ago. Called by the clock.';

-- supabase/schemas/tasks/functions/task_backoff.sql

create or replace function private.task_backoff(attempts integer)
returns interval
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  -- 5 s, 10 s, 20 s … to six hours, each a fifth shorter to a fifth longer, so that what failed
  -- together does not come back together.
  return make_interval(secs =>
    least(5 * 2 ^ (least(task_backoff.attempts, 20) - 1), 21600) * (0.8 + 0.4 * random()));
end;
$$;

comment on function private.task_backoff(integer) is
  'How long a task waits after so many attempts: doubling from 5 seconds to 6 hours, give or take a fifth.';

-- supabase/schemas/tasks/functions/task_document.sql

create or replace function private.task_document(task private.tasks)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  return to_jsonb(task_document.task) - '{queue,turn,place,claim}'::text[] || jsonb_build_object(
    'agency_name', (select a.name from public.agencies as a where a.id = (task_document.task).agency_id));
end;
$$;

comment on function private.task_document(private.tasks) is 'A task as staff see one: its columns without the machinery of turns and claims, and agency_name.';

-- supabase/schemas/tasks/functions/task_lag.sql

create or replace function private.task_lag()
returns interval
language plpgsql
stable
security invoker
set search_path = ''
set enable_sort = off
set enable_seqscan = off
as $$
#variable_conflict error
begin
  return coalesce(greatest(interval '0', now() - (
    select min(o.due)
      from unnest('{available,scheduled,retryable}'::private.task_state[]) as s (state)
     cross join lateral (
       select coalesce(t.lease_until, t.run_at) as due
         from private.tasks as t
        where t.state = s.state
          and t.state in ('available', 'scheduled', 'running', 'retryable', 'discarded')
        order by coalesce(t.lease_until, t.run_at)
        limit 1
     ) as o)), interval '0');
end;
$$;

comment on function private.task_lag() is 'How long the oldest task that is due has waited for a worker; nothing where none is due.';

-- supabase/schemas/tasks/functions/task_to_manage.sql

create or replace function private.task_to_manage(task_id uuid)
returns private.tasks
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_task private.tasks;
begin
  perform private.require_staff();
  select t.* into v_task from private.tasks as t where t.id = task_to_manage.task_id for update;
  if not found then
    raise exception using errcode = 'PT404', message = 'task_not_found',
      detail = 'There is no task with this id (any more).', hint = 'Finished tasks are deleted after some days.';
  end if;
  return v_task;
end;
$$;

comment on function private.task_to_manage(uuid) is
  'The task, locked, for staff of the platform and the secret key: 401 not_signed_in, 403 staff_required, 404 task_not_found.';

-- supabase/schemas/tasks/functions/tick.sql

create or replace function private.tick()
returns jsonb
language plpgsql
volatile
security definer -- the clock that calls it owns nothing
set search_path = ''
as $$
#variable_conflict error
declare
  v_report jsonb;
begin
  v_report := jsonb_build_object(
    -- First, while nothing is locked: it waits for jobs and their sources. Schedules are skipped that somebody has.
    'rescued', private.rescue_tasks(),
    'fired', private.fire_schedules(),
    'promoted', private.promote_tasks(),
    'chores', private.do_chores(),
    'waiting', exists (select from private.tasks as t where t.state = 'available')
  );
  if (v_report -> 'waiting')::boolean then
    perform private.call_worker();
  end if;
  return v_report;
end;
$$;

comment on function private.tick() is
  'The clock, every few seconds by pg_cron or whatever stands in for it: fires schedules, puts in line what is due, takes back what silent workers held, does the chores, calls the worker function where tasks wait. Any number may tick at once. Returns {fired, promoted, rescued, chores, waiting}.';

-- supabase/schemas/tasks/functions/trigger_job.sql

create or replace function public.trigger_job(
  kind text,
  payload jsonb default '{}',
  agency_id uuid default null,
  run_at timestamptz default null,
  priority integer default 0
)
returns jsonb
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_task private.tasks;
begin
  perform private.require_staff();
  if trigger_job.agency_id is not null
    and not exists (select from public.agencies as a where a.id = trigger_job.agency_id) then
    raise exception using errcode = 'PT404', message = 'agency_not_found',
      detail = 'There is no agency with this id.', hint = 'Leave it out for work that is no agency''s.';
  end if;
  v_task.id := private.enqueue_task(trigger_job.kind, trigger_job.payload, trigger_job.agency_id,
    run_at => trigger_job.run_at, priority => trigger_job.priority);
  select t.* into v_task from private.tasks as t where t.id = v_task.id;
  perform private.audit(coalesce(v_task.agency_id, private.platform()), 'task.triggered', v_task.id,
    null, private.task_document(v_task));
  return private.task_document(v_task);
end;
$$;

comment on function public.trigger_job(text, jsonb, uuid, timestamptz, integer) is
  'For staff of the platform: puts a task of a known kind in line, now or for later. Errors: 401 not_signed_in, 403 staff_required, 404 agency_not_found, 422 task_kind_unknown, and the named checks of tasks.';
revoke all on function public.trigger_job(text, jsonb, uuid, timestamptz, integer) from public, anon;
grant execute on function public.trigger_job(text, jsonb, uuid, timestamptz, integer) to authenticated;

-- supabase/schemas/tasks/reference.sql

-- The kinds that belong to no domain, and what the clock does from the start.
insert into private.task_kinds (kind, description) values
  ('maintenance.sweep', 'Does the chores of the clock now; for operators, who put it in line by hand');

insert into private.chores (name, every) values
  ('fold', '5 seconds'), ('tasks', '1 minute'), ('sweep', '1 hour'), ('audit_partitions', '1 day');

-- supabase/schemas/tasks/schedule.sql

-- What runs by the clock. Hosted Supabase has pg_cron; where it is not loaded (the local stack ticks
-- by itself) there is nothing to schedule and the migration says so.
do $$
begin
  if exists (select from pg_available_extensions where name = 'pg_net') then
    begin
      create extension if not exists pg_net with schema extensions;
    exception
      when others then
        raise warning 'pg_net cannot be used here (%): run `deno task worker`, or call the function worker by other means.', sqlerrm;
    end;
  end if;
  if not exists (select from pg_available_extensions where name = 'pg_cron') then
    return;
  end if;
  begin
    create extension if not exists pg_cron;
  exception
    when undefined_object or insufficient_privilege then
      raise warning 'pg_cron cannot be used here: call private.tick() every few seconds by other means.';
      return;
  end;
  perform cron.schedule('backline-tick', '5 seconds', 'select private.tick()');
end;
$$;
