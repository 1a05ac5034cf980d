create or replace function public.restore_lead(lead_id uuid)
returns public.leads
language plpgsql
volatile
security definer -- leads have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_lead public.leads := private.authorize_lead(restore_lead.lead_id, 'leads.delete', true, true);
begin
  update public.leads as l
     set deleted_at = null
   where l.agency_id = v_lead.agency_id and l.id = v_lead.id
  returning l.* into v_lead;
  perform private.audit(v_lead.agency_id, 'lead.restored', v_lead.id);
  return v_lead;
exception
  when unique_violation then
    raise exception using errcode = 'PT409', message = 'lead_exists',
      detail = 'The agency has got another lead with this identity since.',
      hint = 'Delete or change that lead first.';
end;
$$;

comment on function public.restore_lead(uuid) is
  'Brings a deleted lead back. Errors: 403 permission_denied, 404 lead_not_found, 409 lead_exists.';
revoke all on function public.restore_lead(uuid) from public, anon;
grant execute on function public.restore_lead(uuid) to authenticated;
