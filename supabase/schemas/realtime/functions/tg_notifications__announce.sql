create or replace function private.tg_notifications__announce()
returns trigger
language plpgsql
volatile
security definer -- nobody else may send
set search_path = ''
as $$
#variable_conflict error
begin
  perform realtime.send(to_jsonb(n) - '{in_app,email,email_queued_at,emailed_at}'::text[], 'notification', 'user:' || n.user_id),
          pg_notify('new_notification', jsonb_build_object(
            'agency_id', n.agency_id, 'id', n.id, 'user_id', n.user_id, 'type', n.type)::text)
     from new_notifications as n
    where n.in_app;
  return null;
end;
$$;

comment on function private.tg_notifications__announce() is
  'Sends each new notification that shows in the app to its user''s own topic.';
