create or replace function private.notify_each(agency_id uuid, type text, notices private.notice[])
returns void
language plpgsql
volatile
security definer -- notifications have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_type private.notification_types;
begin
  select t.* into strict v_type from private.notification_types as t where t.type = notify_each.type;
  insert into public.notifications (agency_id, user_id, type, title, body, data, in_app, email)
  select notify_each.agency_id, n.user_id, notify_each.type, left(n.title, 200), left(n.body, 2000),
         coalesce(n.data, '{}'), coalesce(p.in_app, v_type.in_app), coalesce(p.email, v_type.email)
    from unnest(notify_each.notices) as n
    join public.memberships as m
      on m.agency_id = notify_each.agency_id and m.user_id = n.user_id and m.status = 'active'
    join public.agencies as a on a.id = m.agency_id and a.archived_at is null
    left join public.notification_preferences as p
      on p.agency_id = m.agency_id and p.user_id = m.user_id and p.type = notify_each.type
   where n.user_id is distinct from private.uid() -- whoever did it knows
     and (coalesce(p.in_app, v_type.in_app) or coalesce(p.email, v_type.email));
end;
$$;

comment on function private.notify_each(uuid, text, private.notice[]) is
  'Tells members of an agency, each in their own words, by the ways each prefers. Just writes it down: private.enqueue_notification_emails() puts the mails in line. Passes over who is no active member, and over whoever acts.';
