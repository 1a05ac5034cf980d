create or replace function public.calculate_lead_score(lead_id uuid)
returns public.lead_scores
language plpgsql
volatile
security definer -- leads have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_lead public.leads := private.authorize_lead(calculate_lead_score.lead_id, 'leads.write', true);
  v_score public.lead_scores;
begin
  update public.leads as l
     set scored_at = clock_timestamp()
   where l.agency_id = v_lead.agency_id and l.id = v_lead.id;
  select s.* into v_score
    from public.lead_scores as s
   where s.agency_id = v_lead.agency_id and s.lead_id = v_lead.id;
  perform private.audit(v_lead.agency_id, 'lead.scored', v_lead.id,
    jsonb_build_object('score', v_lead.score, 'grade', v_lead.score_grade,
      'model_version', v_lead.score_model_version, 'scored_at', v_lead.scored_at),
    jsonb_build_object('score', v_score.score, 'grade', v_score.grade,
      'model_version', v_score.model_version, 'scored_at', v_score.scored_at));
  return v_score;
end;
$$;

comment on function public.calculate_lead_score(uuid) is
  'Judges the lead again, as of now, and returns the score with its contributions. Needed only for what fades with time: every change of a lead or its activities does it by itself. Errors: 403 permission_denied, 404 lead_not_found.';
revoke all on function public.calculate_lead_score(uuid) from public, anon;
grant execute on function public.calculate_lead_score(uuid) to authenticated;
