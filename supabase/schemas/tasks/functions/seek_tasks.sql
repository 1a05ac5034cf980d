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
