create or replace function public.get_lead(lead_id uuid)
returns public.lead_details
language plpgsql
stable
security definer -- the helpers that authorise are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_lead public.leads := private.authorize_lead(get_lead.lead_id, 'leads.read');
  v_details public.lead_details;
begin
  select d.* into v_details
    from public.lead_details as d
   where d.agency_id = v_lead.agency_id and d.id = v_lead.id;
  return v_details;
end;
$$;

comment on function public.get_lead(uuid) is
  'A lead with the names of its campaign and assignee. Errors: 401 not_signed_in, 404 lead_not_found.';
revoke all on function public.get_lead(uuid) from public, anon;
grant execute on function public.get_lead(uuid) to authenticated;
