create or replace function public.heartbeat_task(task_id uuid, claim bigint, lease_seconds integer)
returns timestamptz
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require_service();
  return private.extend_lease(heartbeat_task.task_id, heartbeat_task.claim, heartbeat_task.lease_seconds);
end;
$$;

comment on function public.heartbeat_task(uuid, bigint, integer) is
  'For workers: a sign of life; returns until when the lease holds now. Errors: 403 service_required, 409 task_lost, 422 lease_out_of_range.';
revoke all on function public.heartbeat_task(uuid, bigint, integer) from public, anon, authenticated;
grant execute on function public.heartbeat_task(uuid, bigint, integer) to service_role;
