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
  source text not null generated always as (private.rule_source(field)) stored,
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
    else source in ('lead', 'tags')
  end),
  constraint scoring_rules_value_suits_operator check (coalesce(case
    when operator in ('exists', 'absent') then value is null
    when operator in ('contains', 'matches')
      then jsonb_typeof(value) = 'string' and char_length(value #>> '{}') between 1 and 500
    when operator in ('eq', 'neq')
      then jsonb_typeof(value) in ('string', 'number', 'boolean') and value <> '""'
    when operator = 'in' then jsonb_typeof(value) = 'array'
      and jsonb_array_length(value) between 1 and 200
      and not jsonb_path_exists(value, 'strict $[*] ? (@.type() == "object" || @.type() == "array" || @.type() == "null" || @ == "")')
    else private.rule_numbers(operator, value) is not null
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

-- One row read gives a lead's whole model: scoring is the hottest path of an import.
create table private.scoring_programs (
  agency_id uuid primary key,
  model_id uuid not null,
  model_version integer not null,
  base integer not null,
  fit_cap integer,
  engagement_cap integer,
  grade_a numeric(5, 2) not null,
  grade_b numeric(5, 2) not null,
  grade_c numeric(5, 2) not null,
  grade_d numeric(5, 2) not null,
  steps private.scoring_step[] not null,
  constraint scoring_programs_are_made_from_a_model foreign key (agency_id, model_id)
    references public.scoring_models (agency_id, id) on delete cascade
);
comment on table private.scoring_programs is
  'The published model of each agency, worked out for private.score_lead; amounts in hundredths of a point. Derived: private.compile_scoring_model makes it again.';
create index scoring_programs_agency_id_model_id_idx on private.scoring_programs (agency_id, model_id);
alter table private.scoring_programs alter column steps set storage external;

alter table public.leads
  add column score_log integer[] not null default '{}';
comment on column public.leads.score_log is
  'What each rule of the model of score_model_version gave, in hundredths of a point and in the order of the rules, and last what the caps of fit and engagement took back. Read it as lead_scores.contributions.';
