create or replace function public.assign_lead(lead_id uuid, assignee text)
returns public.leads
language plpgsql
volatile
security definer -- leads have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.leads := private.authorize_lead(assign_lead.lead_id, 'leads.assign', true);
  v_assignee uuid := private.find_assignee(v_before.agency_id, assign_lead.assignee);
  v_after public.leads;
begin
  update public.leads as l
     set assigned_to = v_assignee, assigned_at = now(), assignment_reason = 'manual'
   where l.agency_id = v_before.agency_id and l.id = v_before.id
  returning l.* into v_after;
  perform private.audit(v_after.agency_id, 'lead.assigned', v_after.id,
    jsonb_build_object('assigned_to', v_before.assigned_to, 'assigned_at', v_before.assigned_at,
      'assignment_reason', v_before.assignment_reason),
    jsonb_build_object('assigned_to', v_after.assigned_to, 'assigned_at', v_after.assigned_at,
      'assignment_reason', v_after.assignment_reason));
  if v_after.assigned_to is distinct from v_before.assigned_to then
    perform private.notify_each(v_after.agency_id, 'lead.assigned', array[(
      v_after.assigned_to, private.lead_name(v_after) || ' was assigned to you', null,
      jsonb_build_object('leads', 1, 'lead_ids', jsonb_build_array(v_after.id))
    )::private.notice]);
  end if;
  return v_after;
end;
$$;

comment on function public.assign_lead(uuid, text) is
  'Gives a lead to a member, named by id or e-mail, who must be active and may hold leads, and is notified. Errors: 403 permission_denied, 404 lead_not_found, 422 assignee_not_found or assignee_may_not_hold_leads.';
revoke all on function public.assign_lead(uuid, text) from public, anon;
grant execute on function public.assign_lead(uuid, text) to authenticated;
