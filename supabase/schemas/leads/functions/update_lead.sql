create or replace function public.update_lead(lead_id uuid, changes jsonb)
returns public.leads
language plpgsql
volatile
security definer -- leads have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.leads := private.authorize_lead(update_lead.lead_id, 'leads.write');
  v_given private.parsed_lead := private.parse_lead(update_lead.changes);
  v_clean jsonb;
  v_after public.leads;
begin
  -- Columns that are never null fall back to their empty value.
  select coalesce(jsonb_object_agg(g.field, coalesce(
           nullif(to_jsonb((v_given).attributes) -> g.field, 'null'),
           case
             when g.field in ('contact', 'company_data', 'source_data', 'custom_fields') then '{}'
             when g.field = 'tags' then '[]'
             else 'null'
           end::jsonb)), '{}')
    into v_clean
    from unnest((v_given).given) as g (field)
   -- These are never cleared: a null leaves them as they are.
   where not (g.field in ('status', 'priority') and to_jsonb((v_given).attributes) -> g.field = 'null');

  v_after := jsonb_populate_record(v_before, v_clean);
  if private.dedupe_key(v_after.email::text, v_after.linkedin_url, v_after.phone, v_after.company,
      v_after.first_name, v_after.last_name) is distinct from v_before.dedupe_key then
    perform private.lock_identities(v_before.agency_id, true);
  end if;
  v_before := private.authorize_lead(update_lead.lead_id, 'leads.write', true);
  v_after := jsonb_populate_record(v_before, v_clean);

  update public.leads as l
     set first_name = v_after.first_name,
         last_name = v_after.last_name,
         email = v_after.email,
         phone = v_after.phone,
         company = v_after.company,
         title = v_after.title,
         website = v_after.website,
         linkedin_url = v_after.linkedin_url,
         city = v_after.city,
         country = v_after.country,
         industry = v_after.industry,
         status = v_after.status,
         priority = v_after.priority,
         qualification_notes = v_after.qualification_notes,
         contact = v_after.contact,
         company_data = v_after.company_data,
         source_data = v_after.source_data,
         custom_fields = v_after.custom_fields,
         tags = v_after.tags,
         last_contacted_at = v_after.last_contacted_at,
         responded_at = v_after.responded_at,
         qualified_at = v_after.qualified_at,
         converted_at = v_after.converted_at,
         edited_fields = private.union_of(l.edited_fields, v_given.given)
   where l.agency_id = v_before.agency_id and l.id = v_before.id
  returning l.* into v_after;
  perform private.audit(v_after.agency_id, 'lead.updated', v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  return v_after;
exception
  when unique_violation then
    raise exception using errcode = 'PT409', message = 'lead_exists',
      detail = 'The agency has another lead with this identity.',
      hint = 'Change that lead, or delete one of the two.';
  when not_null_violation then
    raise exception using errcode = 'PT422', message = 'lead_needs_identity',
      detail = 'Nothing would say who this lead is.',
      hint = 'Keep an e-mail, a LinkedIn URL, a phone, or a company and a name.';
end;
$$;

comment on function public.update_lead(uuid, jsonb) is
  'Changes a lead; keys left out stay as they are, null clears. What is set here is never touched by an import again. Errors: 403 permission_denied, 404 lead_not_found, 409 invalid_transition or lead_exists, 422 lead_invalid or lead_needs_identity.';
revoke all on function public.update_lead(uuid, jsonb) from public, anon;
grant execute on function public.update_lead(uuid, jsonb) to authenticated;
