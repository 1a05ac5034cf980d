create or replace function public.bulk_delete_leads(lead_ids uuid[], agency_id uuid default null)
returns jsonb
language plpgsql
volatile
security definer -- leads have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(bulk_delete_leads.agency_id);
  v_done uuid[];
begin
  perform private.require(v_agency, 'leads.bulk');
  perform private.require(v_agency, 'leads.delete');
  v_done := array(select l.id from private.bulk_leads(v_agency, bulk_delete_leads.lead_ids) as l);
  update public.leads as l
     set deleted_at = now()
   where l.agency_id = v_agency and l.id = any (v_done);
  perform private.audit(v_agency, 'lead.bulk_deleted', null, null, jsonb_build_object('lead_ids', v_done));
  return private.bulk_result(bulk_delete_leads.lead_ids, v_done);
end;
$$;

comment on function public.bulk_delete_leads(uuid[], uuid) is
  'Deletes 1 to 100 leads, softly, and says for each whether it was done: {succeeded, failed, results: [{id, ok, code?, error?}]}. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, 422 bulk_size_out_of_range; for one id: lead_not_found.';
revoke all on function public.bulk_delete_leads(uuid[], uuid) from public, anon;
grant execute on function public.bulk_delete_leads(uuid[], uuid) to authenticated;
