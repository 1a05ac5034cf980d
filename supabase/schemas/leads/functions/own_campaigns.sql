create or replace function private.own_campaigns(permission text)
returns uuid[]
language plpgsql
stable
security definer -- one look-up for each statement, not a policy in a policy
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid := private.uid();
begin
  -- As in own_clients: hardly anybody belongs to a client.
  return array(
    select c.id
      from public.memberships as m
      join public.campaigns as c on c.agency_id = m.agency_id and c.client_id = m.client_id
     where m.user_id = v_user
       and m.client_id is not null
       and private.can(m.agency_id, own_campaigns.permission)
  );
end;
$$;

comment on function private.own_campaigns(text) is
  'The campaigns of the clients the caller belongs to, in the agencies where they hold the permission.';
grant execute on function private.own_campaigns(text) to authenticated;
