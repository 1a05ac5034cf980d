create or replace function private.take_tasks(worker text, kinds text[], max_tasks integer, lease_seconds integer)
returns jsonb
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
-- Whatever the statistics say of a table that fills and empties: the index that has the order.
set enable_sort = off
set enable_seqscan = off
set enable_bitmapscan = off
as $$
#variable_conflict error
declare
  v_due boolean;
  v_silent boolean;
  v_ranked boolean;
  v_picked uuid[];
  v_tasks jsonb;
begin
  if take_tasks.max_tasks is null or take_tasks.max_tasks not between 1 and 1000 then
    raise exception using errcode = 'PT422', message = 'task_batch_out_of_range',
      detail = 'A claim takes 1 to 1000 tasks.';
  end if;
  perform private.require_lease(take_tasks.lease_seconds);
  -- Three looks at the edge of an index; what they find is rare.
  select exists (select from private.tasks as t where t.state in ('scheduled', 'retryable') and t.run_at <= now()),
         exists (select from private.tasks as t where t.state = 'running' and t.lease_until < now()),
         exists (select from private.tasks as t where t.state = 'available' and (t.priority <> 0 or t.turn <> t.place))
    into v_due, v_silent, v_ranked;
  if v_due then
    perform private.promote_tasks();
  end if;
  if v_silent then
    perform private.rescue_tasks();
  end if;
  -- Of what has just come in line nobody has looked at the priority.
  if v_ranked or v_due then
    v_picked := private.pick_tasks(take_tasks.kinds, take_tasks.max_tasks);
  else
    v_picked := array(
      select t.id
        from private.tasks as t
       where t.state = 'available' and t.kind = any (take_tasks.kinds)
       order by t.turn
       limit take_tasks.max_tasks
         for update skip locked);
  end if;
  with claimed as (
    update private.tasks as t
       set state = 'running',
           claim = t.claim + 1,
           attempts = t.attempts + 1,
           worker = take_tasks.worker,
           lease_until = now() + make_interval(secs => take_tasks.lease_seconds),
           heartbeat_at = now()
     where t.id = any (v_picked)
    returning t.*
  )
  select coalesce(jsonb_agg(jsonb_build_object(
           'id', c.id, 'agency_id', c.agency_id, 'kind', c.kind, 'payload', c.payload, 'claim', c.claim,
           'attempt', c.attempts, 'max_attempts', c.max_attempts, 'lease_until', c.lease_until,
           'last_error', c.last_error) order by c.priority desc, c.place), '[]')
    into v_tasks
    from claimed as c;
  return v_tasks;
end;
$$;

comment on function private.take_tasks(text, text[], integer, integer) is
  'Claims tasks for a worker; see public.claim_tasks(), which asks who calls.';
