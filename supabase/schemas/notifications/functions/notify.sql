create or replace function private.notify(
  agency_id uuid,
  user_ids uuid[],
  type text,
  title text,
  body text default null,
  data jsonb default '{}'
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.notify_each(notify.agency_id, notify.type, array(
    select (u.id, notify.title, notify.body, notify.data)::private.notice
      from (select distinct i.id from unnest(notify.user_ids) as i (id)) as u
  ));
end;
$$;

comment on function private.notify(uuid, uuid[], text, text, text, jsonb) is
  'Tells members of an agency the same; see private.notify_each().';
