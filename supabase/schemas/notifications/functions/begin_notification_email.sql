create or replace function public.begin_notification_email(task_id uuid, claim bigint)
returns jsonb
language plpgsql
volatile
security definer -- workers read no tables of other agencies' people
set search_path = ''
as $$
#variable_conflict error
declare
  v_task private.tasks;
begin
  perform private.require_service();
  v_task := private.hold_task(begin_notification_email.task_id, begin_notification_email.claim);
  return (
    select jsonb_build_object('to', p.email, 'agency_name', a.name,
             'notifications', jsonb_agg(jsonb_build_object('id', n.id, 'title', n.title, 'body', n.body) order by n.id))
      from public.notifications as n
      join public.memberships as m on m.agency_id = n.agency_id and m.user_id = n.user_id and m.status = 'active'
      join public.agencies as a on a.id = n.agency_id and a.archived_at is null
      join public.profiles as p on p.id = n.user_id
      join private.notification_types as t on t.type = n.type
      left join public.notification_preferences as w
        on w.agency_id = n.agency_id and w.user_id = n.user_id and w.type = n.type
     where n.agency_id = v_task.agency_id
       and n.id in (select i::uuid from jsonb_array_elements_text(v_task.payload -> 'notification_ids') as i)
       and n.emailed_at is null
       and n.read_at is null
       and coalesce(w.email, t.email)
     group by p.id, a.id
  );
end;
$$;

comment on function public.begin_notification_email(uuid, bigint) is
  'For workers: the mail of a task notification.email, {to, agency_name, notifications: [{id, title, body}]}, as things are now. Left out is what was sent or read, and what its user wants no mail of any more; null where nothing is left, or the user is no active member. Errors: 403 service_required, 409 task_lost.';
revoke all on function public.begin_notification_email(uuid, bigint) from public, anon, authenticated;
grant execute on function public.begin_notification_email(uuid, bigint) to service_role;
