create or replace function public.hand_back_task(task_id uuid, claim bigint)
returns void
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_kind text;
begin
  perform private.require_service();
  update private.tasks as t
     set state = 'available', attempts = t.attempts - 1, worker = null, lease_until = null,
         turn = coalesce(private.first_turn(), t.turn)
   where t.id = hand_back_task.task_id and t.claim = hand_back_task.claim and t.lease_until is not null
  returning t.kind into v_kind;
  if not found then
    perform private.refuse_lost_task(hand_back_task.task_id);
  end if;
  perform pg_notify('task_available', v_kind);
end;
$$;

comment on function public.hand_back_task(uuid, bigint) is
  'For workers that stop: the task is at the front of the line again, at no cost of an attempt. Errors: 403 service_required, 409 task_lost.';
revoke all on function public.hand_back_task(uuid, bigint) from public, anon, authenticated;
grant execute on function public.hand_back_task(uuid, bigint) to service_role;
