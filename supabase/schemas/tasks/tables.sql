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
