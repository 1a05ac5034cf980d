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
begin
  with silent as materialized (
    select t.id
      from private.tasks as t
     where t.state = 'running' and coalesce(t.lease_until, t.run_at) < now()
     order by coalesce(t.lease_until, t.run_at)
     limit rescue_tasks.batch_size
       for update skip locked
  )
  update private.tasks as t
     set state = case when t.attempts < t.max_attempts then 'available' else 'discarded' end::private.task_state,
         -- At the front, but never before it: newcomers get their turn from there.
         turn = coalesce(v_first, t.turn),
         last_error = format('Worker %s fell silent; its lease ended at %s.', t.worker, t.lease_until),
         finished_at = case when t.attempts < t.max_attempts then null else now() end,
         worker = null, lease_until = null
    from silent as s
   where t.id = s.id;
  get diagnostics v_rescued = row_count;
  return v_rescued;
end;
$$;

comment on function private.rescue_tasks(integer) is
  'Takes tasks back from workers whose lease has run out, the attempt counted: in line again at the front, or discarded after the last attempt. Returns how many.';
