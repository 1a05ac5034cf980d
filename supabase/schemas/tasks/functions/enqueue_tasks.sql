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
