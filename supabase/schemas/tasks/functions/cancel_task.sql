create or replace function public.cancel_task(task_id uuid)
returns jsonb
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_before private.tasks := private.task_to_manage(cancel_task.task_id);
  v_after private.tasks;
begin
  if v_before.state in ('completed', 'cancelled', 'discarded') then
    raise exception using errcode = 'PT409', message = 'task_is_finished',
      detail = format('The task is %s and stays so.', v_before.state);
  end if;
  update private.tasks as t
     set state = 'cancelled', finished_at = now(), lease_until = null
   where t.id = v_before.id
  returning t.* into v_after;
  perform private.audit(coalesce(v_after.agency_id, private.platform()), 'task.cancelled', v_after.id,
    private.task_document(v_before), private.task_document(v_after));
  return private.task_document(v_after);
end;
$$;

comment on function public.cancel_task(uuid) is
  'For staff of the platform: takes a task out of line for good. Of one that runs the worker hears at its next call, and what it does later has no effect. Errors: 401 not_signed_in, 403 staff_required, 404 task_not_found, 409 task_is_finished.';
revoke all on function public.cancel_task(uuid) from public, anon;
grant execute on function public.cancel_task(uuid) to authenticated;
