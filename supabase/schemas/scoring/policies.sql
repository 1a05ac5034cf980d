alter table public.scoring_models enable row level security;
alter table public.scoring_models force row level security;
create policy scoring_models_select_readers on public.scoring_models
  for select to authenticated using (
    agency_id = any ((select private.agencies_with('scoring.read'))::uuid[])
  );
grant select on public.scoring_models to authenticated;

alter table public.scoring_rules enable row level security;
alter table public.scoring_rules force row level security;
create policy scoring_rules_select_readers on public.scoring_rules
  for select to authenticated using (
    agency_id = any ((select private.agencies_with('scoring.read'))::uuid[])
  );
grant select on public.scoring_rules to authenticated;

alter table private.scoring_programs enable row level security;
alter table private.scoring_programs force row level security;

-- The log of the score is as visible as the score.
grant select (score_log) on public.leads to authenticated;
