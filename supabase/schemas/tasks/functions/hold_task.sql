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
