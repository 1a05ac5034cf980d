create or replace function private.task_to_manage(task_id uuid)
returns private.tasks
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_task private.tasks;
begin
  perform private.require_staff();
  select t.* into v_task from private.tasks as t where t.id = task_to_manage.task_id for update;
  if not found then
    raise exception using errcode = 'PT404', message = 'task_not_found',
      detail = 'There is no task with this id (any more).', hint = 'Finished tasks are deleted after some days.';
  end if;
  return v_task;
end;
$$;

comment on function private.task_to_manage(uuid) is
  'The task, locked, for staff of the platform and the secret key: 401 not_signed_in, 403 staff_required, 404 task_not_found.';
