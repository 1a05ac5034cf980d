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
