create or replace function public.bulk_update_leads(
  lead_ids uuid[],
  changes jsonb,
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
  v_agency uuid := private.current_agency(bulk_update_leads.agency_id);
  v_given private.parsed_lead;
  v_new private.lead_attributes;
  v_refused jsonb;
  v_done uuid[];
begin
  perform private.require(v_agency, 'leads.bulk');
  -- What tells leads apart is not set for many at once.
  perform private.require_keys(bulk_update_leads.changes,
    '{status,priority,title,website,city,country,industry,qualification_notes,tags}');
  v_given := private.parse_lead(bulk_update_leads.changes);
  v_new := v_given.attributes;

  with judged as (
    select l.id, l.status,
           v_new.status is null or v_new.status = l.status or exists (
             select from private.status_transitions as t
              where t.entity = 'leads' and t.from_status = l.status::text
                and t.to_status = v_new.status::text
           ) as ok
      from private.bulk_leads(v_agency, bulk_update_leads.lead_ids) as l
  )
  select coalesce(array_agg(j.id) filter (where j.ok), '{}'),
         coalesce(jsonb_object_agg(j.id, jsonb_build_object(
           'code', 'invalid_transition',
           'error', format('A lead cannot go from %s to %s.', j.status, v_new.status)
         )) filter (where not j.ok), '{}')
    into v_done, v_refused
    from judged as j;

  update public.leads as l
     set status = coalesce(v_new.status, l.status),
         priority = coalesce(v_new.priority, l.priority),
         title = case when 'title' = any (v_given.given) then v_new.title else l.title end,
         website = case when 'website' = any (v_given.given) then v_new.website else l.website end,
         city = case when 'city' = any (v_given.given) then v_new.city else l.city end,
         country = case when 'country' = any (v_given.given) then v_new.country else l.country end,
         industry = case when 'industry' = any (v_given.given) then v_new.industry else l.industry end,
         qualification_notes = case when 'qualification_notes' = any (v_given.given)
           then v_new.qualification_notes else l.qualification_notes end,
         tags = case when 'tags' = any (v_given.given) then coalesce(v_new.tags, '{}') else l.tags end,
         edited_fields = private.union_of(l.edited_fields, v_given.given)
   where l.agency_id = v_agency and l.id = any (v_done);
  perform private.audit(v_agency, 'lead.bulk_updated', null, null, jsonb_build_object(
    'lead_ids', v_done, 'changes', bulk_update_leads.changes));
  return private.bulk_result(bulk_update_leads.lead_ids, v_done, v_refused);
end;
$$;

comment on function public.bulk_update_leads(uuid[], jsonb, uuid) is
  'Changes status, priority, title, website, city, country, industry, qualification_notes or tags of 1 to 100 leads and says for each whether it was done: {succeeded, failed, results: [{id, ok, code?, error?}]}. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, 422 bulk_size_out_of_range, unknown_field, lead_invalid; for one id: lead_not_found, invalid_transition.';
revoke all on function public.bulk_update_leads(uuid[], jsonb, uuid) from public, anon;
grant execute on function public.bulk_update_leads(uuid[], jsonb, uuid) to authenticated;
