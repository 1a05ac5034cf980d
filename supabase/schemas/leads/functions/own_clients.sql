create or replace function private.own_clients(permission text)
returns uuid[]
language plpgsql
stable
security definer -- reads the caller's membership
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid := private.uid();
begin
  -- Hardly anybody belongs to a client, and then no permission is looked up.
  return array(
    select m.client_id
      from public.memberships as m
     where m.user_id = v_user
       and m.client_id is not null
       and private.can(m.agency_id, own_clients.permission)
  );
end;
$$;

comment on function private.own_clients(text) is
  'The clients the caller belongs to, in the agencies where they hold the permission.';
grant execute on function private.own_clients(text) to authenticated;
