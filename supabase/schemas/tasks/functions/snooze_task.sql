create or replace function public.snooze_task(task_id uuid, claim bigint, seconds integer)
returns timestamptz
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_run_at timestamptz;
begin
  perform private.require_service();
  update private.tasks as t
     set state = 'scheduled', attempts = t.attempts - 1, lease_until = null,
         run_at = now() + make_interval(secs => greatest(coalesce(snooze_task.seconds, 0), 0))
   where t.id = snooze_task.task_id and t.claim = snooze_task.claim and t.lease_until is not null
  returning t.run_at into v_run_at;
  if not found then
    perform private.refuse_lost_task(snooze_task.task_id);
  end if;
  return v_run_at;
end;
$$;

comment on function public.snooze_task(uuid, bigint, integer) is
  'For workers: not now, in so many seconds; it costs no attempt. Returns when. Errors: 403 service_required, 409 task_lost.';
revoke all on function public.snooze_task(uuid, bigint, integer) from public, anon, authenticated;
grant execute on function public.snooze_task(uuid, bigint, integer) to service_role;
