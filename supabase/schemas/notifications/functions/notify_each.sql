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
  v_mailed uuid[];
begin
  select t.* into strict v_type from private.notification_types as t where t.type = notify_each.type;
  with wanted as (
    select private.uuid_v7() as id, n.user_id, n.title, n.body, n.data,
           coalesce(p.in_app, v_type.in_app) as in_app, coalesce(p.email, v_type.email) as email
      from unnest(notify_each.notices) as n
      join public.memberships as m
        on m.agency_id = notify_each.agency_id and m.user_id = n.user_id and m.status = 'active'
      join public.agencies as a on a.id = m.agency_id and a.archived_at is null
      left join public.notification_preferences as p
        on p.agency_id = m.agency_id and p.user_id = m.user_id and p.type = notify_each.type
     -- Whoever did it knows.
     where n.user_id is distinct from private.uid()
  ), made as (
    insert into public.notifications (agency_id, id, user_id, type, title, body, data, in_app)
    select notify_each.agency_id, w.id, w.user_id, notify_each.type, left(w.title, 200), left(w.body, 2000),
           coalesce(w.data, '{}'), w.in_app
      from wanted as w
     where w.in_app or w.email
  )
  select array_agg(w.id) into v_mailed from wanted as w where w.email;
  if v_mailed is not null then
    perform private.enqueue_tasks('notification.email',
      array(select jsonb_build_object('notification_id', i.id) from unnest(v_mailed) as i (id)),
      notify_each.agency_id,
      array(select 'notification.email:' || i.id from unnest(v_mailed) as i (id)));
  end if;
end;
$$;

comment on function private.notify_each(uuid, text, private.notice[]) is
  'Tells members of an agency, each in their own words, by the ways each prefers: a row of notifications, and a task notification.email. Passes over who is no active member, and over whoever acts.';
