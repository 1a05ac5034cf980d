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
