create or replace function private.own_campaigns(permission text)
returns uuid[]
language sql
stable
security definer -- one look-up for each statement, not a policy in a policy
set search_path = ''
as $$
  select array(
    select c.id
      from public.campaigns as c
     where c.agency_id = any (private.agencies_with(own_campaigns.permission))
       and c.client_id = any (private.own_clients(own_campaigns.permission))
  )
$$;

comment on function private.own_campaigns(text) is
  'The campaigns of the clients the caller belongs to, in the agencies where they hold the permission.';
grant execute on function private.own_campaigns(text) to authenticated;
