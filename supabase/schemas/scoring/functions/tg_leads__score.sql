create or replace function private.tg_leads__score()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_score private.lead_score;
begin
  new.scored_at := clock_timestamp();
  v_score := private.score_lead(new, new.scored_at);
  new.score := v_score.score;
  new.score_grade := v_score.grade;
  new.score_model_version := v_score.model_version;
  new.score_log := v_score.log;
  return new;
end;
$$;

comment on function private.tg_leads__score() is
  'Judges the lead in the very row that is written: score and log cannot differ, and no second version of the row is needed.';
