create or replace function private.may_with_lead(lead public.leads, permission text)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
begin
  return coalesce(
    private.can((lead).agency_id, may_with_lead.permission)
    or (
      (lead).assigned_to = private.uid()
      and private.can((lead).agency_id, may_with_lead.permission || '_assigned')
    )
    or (lead).campaign_id = any (private.own_campaigns(may_with_lead.permission || '_client')),
    false
  );
end;
$$;

comment on function private.may_with_lead(public.leads, text) is
  'Whether the caller holds the permission for this lead: for all leads, as its assignee (`_assigned`), or through their client (`_client`).';
