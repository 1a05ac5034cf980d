create or replace function private.own_campaigns(permission text)
returns uuid[]
language plpgsql
stable
security definer -- one look-up for each statement, not a policy in a policy
set search_path = ''
as $$
#variable_conflict error
declare
  v_clients uuid[] := private.own_clients(own_campaigns.permission);
begin
  if v_clients = '{}' then
    return v_clients;
  end if;
  return array(
    select c.id
      from public.campaigns as c
     where c.agency_id = any ((select private.agencies_with(own_campaigns.permission))::uuid[])
       and c.client_id = any (v_clients)
  );
end;
$$;

comment on function private.own_campaigns(text) is
  'The campaigns of the clients the caller belongs to, in the agencies where they hold the permission.';
grant execute on function private.own_campaigns(text) to authenticated;
