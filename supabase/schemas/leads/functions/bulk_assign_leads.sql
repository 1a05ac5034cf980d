create or replace function public.bulk_assign_leads(
  lead_ids uuid[],
  assignee text,
  agency_id uuid default null
)
returns jsonb
language plpgsql
volatile
security definer -- leads have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(bulk_assign_leads.agency_id);
  v_assignee uuid;
  v_done uuid[];
  v_new uuid[];
begin
  perform private.require(v_agency, 'leads.assign');
  v_assignee := private.find_assignee(v_agency, bulk_assign_leads.assignee);
  select coalesce(array_agg(l.id), '{}'), array_agg(l.id) filter (where l.assigned_to is distinct from v_assignee)
    into v_done, v_new
    from private.bulk_leads(v_agency, bulk_assign_leads.lead_ids) as l;
  update public.leads as l
     set assigned_to = v_assignee, assigned_at = now(), assignment_reason = 'manual'
   where l.agency_id = v_agency and l.id = any (v_done);
  perform private.audit(v_agency, 'lead.bulk_assigned', null, null, jsonb_build_object(
    'lead_ids', v_done, 'assigned_to', v_assignee));
  perform private.notify_assignees(v_agency, v_new);
  return private.bulk_result(bulk_assign_leads.lead_ids, v_done);
end;
$$;

comment on function public.bulk_assign_leads(uuid[], text, uuid) is
  'Gives 1 to 100 leads to a member, who is notified once, and says for each whether it was done: {succeeded, failed, results: [{id, ok, code?, error?}]}. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, 422 assignee_not_found, assignee_may_not_hold_leads, bulk_size_out_of_range; for one id: lead_not_found.';
revoke all on function public.bulk_assign_leads(uuid[], text, uuid) from public, anon;
grant execute on function public.bulk_assign_leads(uuid[], text, uuid) to authenticated;
