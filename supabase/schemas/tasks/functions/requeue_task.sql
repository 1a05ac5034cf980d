create or replace function public.requeue_task(task_id uuid)
returns jsonb
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_before private.tasks := private.task_to_manage(requeue_task.task_id);
  v_after private.tasks;
begin
  if v_before.state in ('completed', 'running', 'available') then
    raise exception using errcode = 'PT409', message = 'task_not_requeueable',
      detail = format('The task is %s.', v_before.state),
      hint = 'Requeue what was discarded or cancelled, or waits for its time.';
  end if;
  begin
    update private.tasks as t
       set state = 'available', attempts = 0, run_at = now(), finished_at = null,
           (turn, place) = (select n, n from private.next_turn(t.queue) as n)
     where t.id = v_before.id
    returning t.* into v_after;
  exception
    when unique_violation then
      raise exception using errcode = 'PT409', message = 'task_is_superseded',
        detail = format('Another unfinished task has the key %s.', v_before.unique_key);
  end;
  perform pg_notify('task_available', v_after.kind);
  perform private.audit(coalesce(v_after.agency_id, private.platform()), 'task.requeued', v_after.id,
    private.task_document(v_before), private.task_document(v_after));
  return private.task_document(v_after);
end;
$$;

comment on function public.requeue_task(uuid) is
  'For staff of the platform: puts a discarded or cancelled task in line again with all its attempts; one that waits for its time goes now. Errors: 401 not_signed_in, 403 staff_required, 404 task_not_found, 409 task_not_requeueable, task_is_superseded.';
revoke all on function public.requeue_task(uuid) from public, anon;
grant execute on function public.requeue_task(uuid) to authenticated;
