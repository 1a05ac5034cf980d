create trigger agencies_add_scoring_model
  after insert on public.agencies
  for each row execute function private.tg_agencies__add_scoring_model();

create trigger scoring_models_check_transition
  before update of status on public.scoring_models
  for each row when (new.status <> old.status)
  execute function private.tg_check_transition();

create trigger scoring_models_require_draft
  before update on public.scoring_models
  for each row when (
    old.status <> 'draft'
    and (new.version, new.base, new.fit_cap, new.engagement_cap, new.grade_a, new.grade_b, new.grade_c, new.grade_d)
    is distinct from
    (old.version, old.base, old.fit_cap, old.engagement_cap, old.grade_a, old.grade_b, old.grade_c, old.grade_d)
  )
  execute function private.tg_scoring_models__require_draft();

create trigger scoring_models_set_updated_at
  before update on public.scoring_models
  for each row when (new.* is distinct from old.*)
  execute function private.tg_set_updated_at();

create trigger scoring_models_compile
  after insert or update on public.scoring_models
  for each row execute function private.tg_scoring_models__compile();

create trigger scoring_rules_require_draft
  before insert or update or delete on public.scoring_rules
  for each row execute function private.tg_scoring_rules__require_draft();

create trigger scoring_rules_set_updated_at
  before update on public.scoring_rules
  for each row execute function private.tg_set_updated_at();

-- Both sort after leads_set_milestones, whose times count.
create trigger leads_update_score_on_insert
  before insert on public.leads
  for each row execute function private.tg_leads__score();

-- Setting scored_at asks for a new judgement.
create trigger leads_update_score_on_update
  before update on public.leads
  for each row when (
    (new.status, new.priority, new.qualification_score, new.title, new.email, new.phone,
     new.company, new.website, new.linkedin_url, new.first_name, new.last_name, new.city,
     new.country, new.industry, new.tags, new.custom_fields, new.company_data, new.created_at,
     new.last_contacted_at, new.responded_at, new.qualified_at, new.converted_at, new.scored_at)
    is distinct from
    (old.status, old.priority, old.qualification_score, old.title, old.email, old.phone,
     old.company, old.website, old.linkedin_url, old.first_name, old.last_name, old.city,
     old.country, old.industry, old.tags, old.custom_fields, old.company_data, old.created_at,
     old.last_contacted_at, old.responded_at, old.qualified_at, old.converted_at, old.scored_at)
  )
  execute function private.tg_leads__score();

create trigger lead_activities_rescore
  after insert on public.lead_activities
  referencing new table as new_activities
  for each statement execute function private.tg_lead_activities__rescore();
