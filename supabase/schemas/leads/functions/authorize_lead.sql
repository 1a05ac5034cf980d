create or replace function private.authorize_lead(
  lead_id uuid,
  permission text,
  lock boolean default false,
  deleted boolean default false
)
returns public.leads
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_lead public.leads;
begin
  -- Locked before it is judged, so that what was judged is what is changed.
  if authorize_lead.lock then
    select l.* into v_lead
      from public.leads as l
     where l.agency_id = any (private.my_agencies())
       and l.id = authorize_lead.lead_id
       and (l.deleted_at is not null) = coalesce(authorize_lead.deleted, l.deleted_at is not null)
       for no key update;
  else
    select l.* into v_lead
      from public.leads as l
     where l.agency_id = any (private.my_agencies())
       and l.id = authorize_lead.lead_id
       and (l.deleted_at is not null) = coalesce(authorize_lead.deleted, l.deleted_at is not null);
  end if;
  if v_lead.id is null or not private.may_with_lead(v_lead, 'leads.read') then
    perform private.require_caller();
    raise exception using errcode = 'PT404', message = 'lead_not_found',
      detail = 'No lead with this id is visible to you.',
      hint = 'List the leads to see which ids there are.';
  end if;
  if authorize_lead.permission <> 'leads.read'
    and not private.may_with_lead(v_lead, authorize_lead.permission) then
    perform private.require(v_lead.agency_id, authorize_lead.permission);
  end if;
  return v_lead;
end;
$$;

comment on function private.authorize_lead(uuid, text, boolean, boolean) is
  'The lead, if the caller may do this with it: 401 not_signed_in, 404 lead_not_found where it is not visible, 403 permission_denied. With deleted, it looks among the deleted ones; with null, among all.';
