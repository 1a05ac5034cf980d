create or replace function private.own_leads(permission text)
returns uuid[]
language plpgsql
stable
security definer -- one look-up for each statement, not a policy in a policy
set search_path = ''
as $$
#variable_conflict error
begin
  return array(
    select l.id
      from public.leads as l
     where l.agency_id = any (private.agencies_with(own_leads.permission || '_assigned'))
       and l.assigned_to = private.uid()
    union
    select l.id
      from public.leads as l
     where l.agency_id = any (private.agencies_with(own_leads.permission || '_client'))
       and l.campaign_id = any (private.own_campaigns(own_leads.permission || '_client'))
  );
end;
$$;

comment on function private.own_leads(text) is
  'The leads on which the caller holds the permission as assignee (`_assigned`) or through their client (`_client`).';
grant execute on function private.own_leads(text) to authenticated;
