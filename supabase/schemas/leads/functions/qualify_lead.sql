create or replace function public.qualify_lead(
  lead_id uuid,
  score integer,
  criteria jsonb default '{}',
  notes text default null
)
returns public.leads
language plpgsql
volatile
security definer -- leads have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.leads := private.authorize_lead(qualify_lead.lead_id, 'leads.qualify', true);
  v_after public.leads;
begin
  if qualify_lead.score is null or qualify_lead.score not between 1 and 5 then
    raise exception using errcode = 'PT422', message = 'qualification_score_out_of_range',
      detail = 'A lead is judged from 1 (poor) to 5 (excellent).';
  end if;
  if jsonb_typeof(qualify_lead.criteria) is distinct from 'object' then
    raise exception using errcode = 'PT422', message = 'criteria_not_an_object',
      detail = 'Criteria are a JSON object, such as {"budget": true}.';
  end if;
  if octet_length(qualify_lead.criteria::text) > 16384 then
    raise exception using errcode = 'PT422', message = 'criteria_too_large',
      detail = 'Criteria have at most 16 KB.', hint = 'Keep what is longer in the notes.';
  end if;
  update public.leads as l
     set qualification_score = qualify_lead.score,
         qualification_notes = coalesce(qualify_lead.notes, l.qualification_notes),
         qualification_data = l.qualification_data || jsonb_build_object(
           'criteria', qualify_lead.criteria, 'qualified_by', private.uid(), 'judged_at', now()),
         status = case
           when qualify_lead.score <= 2 then 'rejected'
           when qualify_lead.score >= 4 and l.status <> 'converted' then 'qualified'
           else l.status
         end
   where l.agency_id = v_before.agency_id and l.id = v_before.id
  returning l.* into v_after;
  perform private.audit(v_after.agency_id, 'lead.qualified', v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  if v_after.assigned_to is not null then
    perform private.notify(v_after.agency_id, array[v_after.assigned_to], 'lead.qualified',
      private.lead_name(v_after) || case
        when qualify_lead.score >= 4 then ' was qualified'
        when qualify_lead.score <= 2 then ' was rejected'
        else ' was judged'
      end || format(' (%s of 5)', qualify_lead.score),
      qualify_lead.notes,
      jsonb_build_object('lead_id', v_after.id, 'campaign_id', v_after.campaign_id, 'score', qualify_lead.score));
  end if;
  return v_after;
end;
$$;

comment on function public.qualify_lead(uuid, integer, jsonb, text) is
  'Records a person''s judgement: 4 and 5 qualify the lead, 1 and 2 reject it, 3 leaves its status; a converted lead is not moved back to qualified. The assignee is notified. Errors: 403 permission_denied, 404 lead_not_found, 422 qualification_score_out_of_range, criteria_not_an_object or criteria_too_large.';
revoke all on function public.qualify_lead(uuid, integer, jsonb, text) from public, anon;
grant execute on function public.qualify_lead(uuid, integer, jsonb, text) to authenticated;
