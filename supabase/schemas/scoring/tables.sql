insert into private.status_transitions (entity, from_status, to_status)
values
  ('scoring_models', 'draft', 'published'),
  ('scoring_models', 'draft', 'archived'),
  ('scoring_models', 'published', 'archived')
on conflict do nothing;

create table public.scoring_models (
  agency_id uuid not null references public.agencies (id) on delete cascade,
  id uuid not null default private.uuid_v7(),
  version integer not null,
  name text not null,
  status public.scoring_model_status not null default 'draft',
  base numeric(6, 2) not null default 0,
  fit_cap numeric(6, 2),
  engagement_cap numeric(6, 2),
  grade_a numeric(5, 2) not null default 80,
  grade_b numeric(5, 2) not null default 60,
  grade_c numeric(5, 2) not null default 40,
  grade_d numeric(5, 2) not null default 20,
  published_at timestamptz,
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (agency_id, id),
  constraint scoring_models_version_is_used_once unique (agency_id, version),
  constraint scoring_models_version_is_positive check (version > 0),
  constraint scoring_models_name_has_1_to_200_characters check (char_length(name) between 1 and 200),
  constraint scoring_models_caps_are_not_negative check (fit_cap >= 0 and engagement_cap >= 0),
  constraint scoring_models_grades_descend check (
    grade_a <= 100 and grade_a > grade_b and grade_b > grade_c and grade_c > grade_d and grade_d > 0
  ),
  constraint scoring_models_publication_is_dated check (
    (status = 'published') <= (published_at is not null)
  ),
  constraint scoring_models_archiving_is_dated check (
    (status = 'archived') = (archived_at is not null)
  )
);
comment on table public.scoring_models is
  'How an agency judges its leads: a versioned set of rules. Exactly one version is published; it gives every lead its score.';
comment on column public.scoring_models.base is 'What every lead starts with, before any rule.';
comment on column public.scoring_models.fit_cap is 'The most that the rules of the group fit add up to; null for no limit.';
comment on column public.scoring_models.engagement_cap is
  'The most that the rules of the group engagement add up to; null for no limit.';
comment on column public.scoring_models.grade_a is
  'The least score of grade A; grade_b, grade_c and grade_d likewise, and below grade_d is F.';
create unique index scoring_models_published_agency_id_idx on public.scoring_models (agency_id)
  where status = 'published';

create table public.scoring_rules (
  agency_id uuid not null,
  id uuid not null default private.uuid_v7(),
  model_id uuid not null,
  position integer not null,
  rule_group text not null,
  field text not null,
  operator text not null,
  value jsonb,
  points numeric(6, 2) not null,
  cap numeric(6, 2),
  half_life_days numeric(7, 2),
  per_occurrence boolean not null default false,
  description text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- The rule as private.score_lead reads it: worked out once here, not for every lead.
  source text not null generated always as (
    case
      when field like 'custom.%' or field like 'company.%' then split_part(field, '.', 1)
      when field like 'activity:%' then 'activity'
      when field in ('created_at', 'last_contacted_at', 'responded_at', 'qualified_at', 'converted_at')
        then 'time'
      else 'lead'
    end
  ) stored,
  key text not null generated always as (
    regexp_replace(field, '^(custom\.|company\.|activity:)', '')
  ) stored,
  texts text[] generated always as (private.rule_texts(operator, value)) stored,
  numbers numrange generated always as (private.rule_numbers(operator, value)) stored,
  primary key (agency_id, id),
  constraint scoring_rules_model_is_of_the_agency foreign key (agency_id, model_id)
    references public.scoring_models (agency_id, id) on delete cascade,
  constraint scoring_rules_have_one_position_each unique (agency_id, model_id, position)
    deferrable initially immediate,
  constraint scoring_rules_group_is_fit_or_engagement check (rule_group in ('fit', 'engagement')),
  constraint scoring_rules_field_is_known check (
    field in (
      'first_name', 'last_name', 'email', 'phone', 'company', 'title', 'website', 'linkedin_url',
      'city', 'country', 'industry', 'status', 'priority', 'qualification_score', 'tags',
      'created_at', 'last_contacted_at', 'responded_at', 'qualified_at', 'converted_at',
      'activity:email_sent', 'activity:email_opened', 'activity:email_clicked',
      'activity:email_bounced', 'activity:replied', 'activity:call', 'activity:meeting',
      'activity:form_submitted', 'activity:page_visited', 'activity:note'
    )
    or field ~ '^(custom|company)\..{1,100}$'
  ),
  constraint scoring_rules_operator_is_known check (operator in (
    'eq', 'neq', 'in', 'contains', 'matches', 'gt', 'gte', 'lt', 'lte', 'between', 'exists', 'absent'
  )),
  constraint scoring_rules_operator_suits_field check (case
    when operator in ('exists', 'absent') then true
    when source in ('custom', 'company') then true
    when operator in ('gt', 'gte', 'lt', 'lte', 'between')
      then source in ('time', 'activity') or field = 'qualification_score'
    else source = 'lead'
  end),
  constraint scoring_rules_value_suits_operator check (coalesce(case
    when operator in ('exists', 'absent') then value is null
    when operator in ('contains', 'matches')
      then jsonb_typeof(value) = 'string' and char_length(value #>> '{}') between 1 and 500
    when operator in ('eq', 'neq') then jsonb_typeof(value) in ('string', 'number', 'boolean')
    when operator = 'in' then jsonb_typeof(value) = 'array'
      and jsonb_array_length(value) between 1 and 200
      and not jsonb_path_exists(value, '$[*] ? (@.type() == "object" || @.type() == "array" || @.type() == "null")')
    else numbers is not null
  end, false)),
  constraint scoring_rules_pattern_is_a_regular_expression check (
    operator <> 'matches' or private.is_regular_expression(value #>> '{}')
  ),
  constraint scoring_rules_cap_is_positive check (cap > 0),
  constraint scoring_rules_half_life_is_positive check (half_life_days > 0),
  constraint scoring_rules_only_what_has_a_time_fades check (
    half_life_days is null or (source in ('time', 'activity') and operator <> 'absent')
  ),
  constraint scoring_rules_only_activities_occur_repeatedly check (
    not per_occurrence or (source = 'activity' and operator <> 'absent')
  ),
  constraint scoring_rules_description_has_1_to_300_characters check (
    char_length(description) between 1 and 300
  )
);
comment on table public.scoring_rules is
  'What gives or takes points in a scoring model. docs/scoring.md tells exactly when a rule holds and how much it counts.';
comment on column public.scoring_rules.rule_group is '`fit` (who the lead is) or `engagement` (what the lead does).';
comment on column public.scoring_rules.field is
  'A column of leads, `custom.<key>`, `company.<key>` or `activity:<type>`. A time is read as its age in days, an activity as how often it occurred.';
comment on column public.scoring_rules.value is
  'What the operator compares with: a string, number or boolean, a list for `in`, [least, greatest] for `between`, null for `exists` and `absent`.';
comment on column public.scoring_rules.points is 'Added where the rule holds; negative takes away.';
comment on column public.scoring_rules.cap is 'The most the rule may count, in either direction; null for no limit.';
comment on column public.scoring_rules.half_life_days is
  'After so many days half of the points are left; null for points that stay.';
comment on column public.scoring_rules.per_occurrence is
  'Whether every activity counts, each fading by its own age; otherwise the rule counts once, by the latest.';

create table public.lead_scores (
  agency_id uuid not null,
  lead_id uuid not null,
  model_id uuid not null,
  model_version integer not null,
  base numeric(6, 2) not null,
  contributions jsonb not null,
  score numeric(5, 2) not null,
  grade text not null,
  scored_at timestamptz not null,
  primary key (agency_id, lead_id, model_version),
  constraint lead_scores_belong_to_a_lead foreign key (agency_id, lead_id)
    references public.leads (agency_id, id) on delete cascade,
  constraint lead_scores_contributions_are_a_list check (jsonb_typeof(contributions) = 'array'),
  constraint lead_scores_score_is_0_to_100 check (score between 0 and 100),
  constraint lead_scores_grade_is_a_to_f check (grade in ('A', 'B', 'C', 'D', 'F'))
);
comment on table public.lead_scores is
  'How each lead came to its score, one row per model version: base plus contributions, cut to 0 to 100, is the score.';
comment on column public.lead_scores.contributions is
  '[{rule_id, group, points, evidence}] in the order of the rules; an entry without rule_id takes back what exceeds the cap of its group.';
comment on column public.lead_scores.scored_at is 'The moment of the judgement, to which every age refers.';
