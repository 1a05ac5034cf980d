create or replace function public.explain_lead_score(lead_id uuid, at timestamptz default null)
returns jsonb
language plpgsql
stable
security definer -- reads every column of the lead
set search_path = ''
as $$
#variable_conflict error
declare
  v_lead public.leads := private.authorize_lead(explain_lead_score.lead_id, 'scoring.read');
  v_at timestamptz := coalesce(explain_lead_score.at, v_lead.scored_at);
  v_score private.lead_score := case
    when explain_lead_score.at is null then (
      v_lead.score_model_version, v_lead.score_log, v_lead.score, v_lead.score_grade
    )::private.lead_score
    else private.score_lead(v_lead, v_at)
  end;
begin
  return (
    select jsonb_build_object(
        'lead_id', v_lead.id,
        'score', v_score.score,
        'grade', v_score.grade,
        'base', m.base,
        'model_id', m.id,
        'model_version', m.version,
        'scored_at', v_at,
        'contributions', private.score_entries(
          v_lead.agency_id, v_lead.id, to_jsonb(v_lead), v_at, v_score)
      )
      from public.scoring_models as m
     where m.agency_id = v_lead.agency_id and m.version = v_score.model_version
  );
end;
$$;

comment on function public.explain_lead_score(uuid, timestamptz) is
  'How the lead''s score comes about: {lead_id, score, grade, base, model_id, model_version, scored_at, contributions}, the contributions as in lead_scores. With `at`, how the present model judges the lead as it is now at that moment: what has faded by then, what had happened until then. Errors: 403 permission_denied, 404 lead_not_found.';
revoke all on function public.explain_lead_score(uuid, timestamptz) from public, anon;
grant execute on function public.explain_lead_score(uuid, timestamptz) to authenticated;
