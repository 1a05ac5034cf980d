create or replace function public.get_lead_as_of(lead_id uuid, at timestamptz)
returns public.lead_details
language plpgsql
stable
security definer -- history is nobody's to read past the right to the lead
set search_path = ''
as $$
#variable_conflict error
declare
  v_lead public.leads := private.authorize_lead(get_lead_as_of.lead_id, 'leads.read', deleted => null);
  v_campaign public.campaigns;
  v_then jsonb;
  v_details public.lead_details;
begin
  v_then := private.row_as_of(v_lead.agency_id, 'leads', to_jsonb(v_lead), get_lead_as_of.at);
  if (get_lead_as_of.at >= v_lead.created_at and v_then ->> 'deleted_at' is null) is not true then
    raise exception using errcode = 'PT404', message = 'lead_not_found',
      detail = 'At that moment there was no such lead.', hint = 'Ask for a moment at which the lead was there.';
  end if;
  select c.* into v_campaign
    from public.campaigns as c
   where c.agency_id = v_lead.agency_id and c.id = (v_then ->> 'campaign_id')::uuid;
  v_details := jsonb_populate_record(v_details, v_then || jsonb_build_object(
    'campaign_name', private.row_as_of(
      v_lead.agency_id, 'campaigns', to_jsonb(v_campaign), get_lead_as_of.at) -> 'name',
    'client_id', private.row_as_of(
      v_lead.agency_id, 'campaigns', to_jsonb(v_campaign), get_lead_as_of.at) -> 'client_id'));
  select p.email, p.full_name into v_details.assignee_email, v_details.assignee_name
    from public.profiles as p where p.id = v_details.assigned_to;
  return v_details;
end;
$$;

comment on function public.get_lead_as_of(uuid, timestamptz) is
  'What get_lead read at a moment, for whoever may see the lead today; the assignee''s name is today''s. Exact to the statement: a change counts from its own moment, a little before its commit. Errors: 401 not_signed_in, 404 lead_not_found, also where there was none then.';
revoke all on function public.get_lead_as_of(uuid, timestamptz) from public, anon;
grant execute on function public.get_lead_as_of(uuid, timestamptz) to authenticated;
