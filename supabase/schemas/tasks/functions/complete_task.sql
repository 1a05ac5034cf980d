create or replace function public.complete_task(task_id uuid, claim bigint, result jsonb default null)
returns void
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require_service();
  update private.tasks as t
     set state = 'completed', result = complete_task.result, finished_at = now(),
         lease_until = null, last_error = null
   where t.id = complete_task.task_id and t.claim = complete_task.claim and t.lease_until is not null;
  if not found then
    perform private.refuse_lost_task(complete_task.task_id);
  end if;
end;
$$;

comment on function public.complete_task(uuid, bigint, jsonb) is
  'For workers: the task is done. Errors: 403 service_required, 409 task_lost.';
revoke all on function public.complete_task(uuid, bigint, jsonb) from public, anon, authenticated;
grant execute on function public.complete_task(uuid, bigint, jsonb) to service_role;
