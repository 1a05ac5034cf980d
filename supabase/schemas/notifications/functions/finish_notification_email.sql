create or replace function public.finish_notification_email(task_id uuid, claim bigint)
returns void
language plpgsql
volatile
security definer -- notifications have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_task private.tasks;
begin
  perform private.require_service();
  v_task := private.hold_task(finish_notification_email.task_id, finish_notification_email.claim);
  update public.notifications as n
     set emailed_at = now()
   where n.agency_id = v_task.agency_id and n.id = (v_task.payload ->> 'notification_id')::uuid;
end;
$$;

comment on function public.finish_notification_email(uuid, bigint) is
  'For workers: the mail of a task notification.email is with the mail server; it is not sent again. Errors: 403 service_required, 409 task_lost.';
revoke all on function public.finish_notification_email(uuid, bigint) from public, anon, authenticated;
grant execute on function public.finish_notification_email(uuid, bigint) to service_role;
