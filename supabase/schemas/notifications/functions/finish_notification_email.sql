create or replace function public.finish_notification_email(task_id uuid, claim bigint, notification_ids uuid[])
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
   where n.agency_id = v_task.agency_id
     and n.id in (
       select o.id
         from public.notifications as o
        where o.agency_id = v_task.agency_id
          and o.id = any (finish_notification_email.notification_ids)
          and v_task.payload -> 'notification_ids' ? o.id::text
        order by o.id -- as whoever reads them locks them
          for no key update
     );
end;
$$;

comment on function public.finish_notification_email(uuid, bigint, uuid[]) is
  'For workers: the mail of a task notification.email is with the mail server, with these of its notifications; they are not sent again. Errors: 403 service_required, 409 task_lost.';
revoke all on function public.finish_notification_email(uuid, bigint, uuid[]) from public, anon, authenticated;
grant execute on function public.finish_notification_email(uuid, bigint, uuid[]) to service_role;
