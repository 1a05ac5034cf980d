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
