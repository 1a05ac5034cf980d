create or replace function public.delete_lead(lead_id uuid)
returns public.leads
language plpgsql
volatile
security definer -- leads have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_lead public.leads := private.authorize_lead(delete_lead.lead_id, 'leads.delete', true);
begin
  update public.leads as l
     set deleted_at = now()
   where l.agency_id = v_lead.agency_id and l.id = v_lead.id
  returning l.* into v_lead;
  perform private.audit(v_lead.agency_id, 'lead.deleted', v_lead.id);
  return v_lead;
end;
$$;

comment on function public.delete_lead(uuid) is
  'Takes a lead out of every list and figure; restore_lead brings it back. Errors: 403 permission_denied, 404 lead_not_found.';
revoke all on function public.delete_lead(uuid) from public, anon;
grant execute on function public.delete_lead(uuid) to authenticated;
