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
