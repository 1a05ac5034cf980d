-- Domain scoring, built from supabase/schemas/scoring by `deno task db:build`.
--
-- Why:         creates the domain's objects; each stands with its reasons in its schema file.
-- Locks:       nothing that existed before, except a short lock on auth.users where a trigger joins it.
-- Compatible:  yes; a previous version of the app uses none of these objects.
-- Undo:        before 1.0 `deno task db:reset`; afterwards a migration of its own.

-- Functions may call procedures of a domain that comes later.
set check_function_bodies = off;

-- supabase/schemas/scoring/types.sql

create type public.scoring_model_status as enum ('draft', 'published', 'archived');
comment on type public.scoring_model_status is
  'The life of a scoring model; the moves allowed are rows of private.status_transitions.';

create type private.lead_score as (
  model_version integer,
  log integer[],
  score numeric,
  grade text
);
comment on type private.lead_score is 'What private.score_lead finds.';

create type private.scoring_step as (
  rule_group text,
  source text,
  key text,
  operator text,
  texts text[],
  numbers numrange,
  points integer,
  cap integer,
  half_life_days double precision,
  per_occurrence boolean
);
comment on type private.scoring_step is
  'A rule of a published model as private.score_lead reads it; points and cap in hundredths.';

-- What checks and generated columns are made of has to stand before its table.

create or replace function private.is_regular_expression(pattern text)
returns boolean
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  perform regexp_like('', is_regular_expression.pattern, 'i');
  return true;
exception when invalid_regular_expression then
  return false;
end;
$$;

comment on function private.is_regular_expression(text) is
  'Whether Postgres can match with the pattern.';

create or replace function private.rule_source(field text)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case
    when field like 'custom.%' then 'custom'
    when field like 'company.%' then 'company'
    when field like 'activity:%' then 'activity'
    when field in ('created_at', 'last_contacted_at', 'responded_at', 'qualified_at', 'converted_at')
      then 'time'
    else 'lead'
  end
$$;

comment on function private.rule_source(text) is
  'Where the value of a rule''s field comes from: lead, time, custom, company or activity.';

create or replace function private.rule_texts(operator text, value jsonb)
returns text[]
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case
    when operator = 'matches' then array[value #>> '{}']
    when operator in ('eq', 'neq', 'in', 'contains') then array(
      select case jsonb_typeof(v)
          when 'number' then trim_scale((v #>> '{}')::numeric)::text
          else lower(v #>> '{}')
        end
        from jsonb_array_elements(
          case jsonb_typeof(value) when 'array' then value else jsonb_build_array(value) end) as v
    )
  end
$$;

comment on function private.rule_texts(text, jsonb) is
  'What a rule compares texts with: lower case, numbers without trailing zeros; of `matches` the pattern as it is.';

create or replace function private.rule_numbers(operator text, value jsonb)
returns numrange
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case
    when jsonb_typeof(value) = 'number' then case operator
      when 'gt' then numrange((value #>> '{}')::numeric, null, '()')
      when 'gte' then numrange((value #>> '{}')::numeric, null, '[)')
      when 'lt' then numrange(null, (value #>> '{}')::numeric, '()')
      when 'lte' then numrange(null, (value #>> '{}')::numeric, '(]')
    end
    when operator = 'between' and jsonb_typeof(value -> 0) = 'number'
      and jsonb_typeof(value -> 1) = 'number' and (value -> 0) <= (value -> 1)
      then numrange((value ->> 0)::numeric, (value ->> 1)::numeric, '[]')
  end
$$;

comment on function private.rule_numbers(text, jsonb) is
  'The numbers for which a comparing rule holds; null where the operator compares none or the value does not suit it.';

-- supabase/schemas/scoring/tables.sql

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

-- supabase/schemas/scoring/views.sql

create view public.lead_scores
with (security_invoker = true)
as
select l.agency_id, l.id as lead_id, m.id as model_id, m.version as model_version, m.base,
       private.lead_contributions(l.agency_id, l.id) as contributions,
       l.score, l.score_grade as grade, l.scored_at
  from public.leads as l
  join public.scoring_models as m
    on m.agency_id = l.agency_id and m.version = l.score_model_version;

comment on view public.lead_scores is
  'How each lead came to its score: base plus contributions, cut to 0 to 100, is the score. Read from the lead itself, so the log can never differ from the score.';
comment on column public.lead_scores.contributions is
  '[{rule_id, group, field, operator, description, points, evidence}], the weightiest first. An entry without rule_id takes back what exceeds the cap of its group.';
comment on column public.lead_scores.scored_at is
  'The moment of the judgement, to which every age refers.';
grant select on public.lead_scores to authenticated;

-- supabase/schemas/scoring/functions/add_default_scoring_model.sql

create or replace function private.add_default_scoring_model(agency_id uuid)
returns void
language plpgsql
volatile
security definer -- models have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_model uuid;
begin
  insert into public.scoring_models (
    agency_id, version, name, status, published_at, base, fit_cap, engagement_cap
  )
  values (add_default_scoring_model.agency_id, 1, 'Default', 'published', now(), 10, 60, 60)
  returning id into v_model;

  insert into public.scoring_rules (
    agency_id, model_id, position, rule_group, field, operator, value, points, cap,
    half_life_days, per_occurrence, description
  )
  select add_default_scoring_model.agency_id, v_model, row_number() over (), r.rule_group, r.field,
         r.operator, r.value::jsonb, r.points, r.cap, r.half_life_days, r.per_occurrence,
         r.description
    from (values
      -- Who the lead is.
      ('fit', 'qualification_score', 'eq', '5', 20, null::numeric, null::numeric, false, 'Judged excellent by a person'),
      ('fit', 'qualification_score', 'eq', '4', 12, null, null, false, 'Judged good by a person'),
      ('fit', 'qualification_score', 'lte', '2', -15, null, null, false, 'Judged poor by a person'),
      ('fit', 'priority', 'in', '["high", "urgent"]', 6, null, null, false, 'Marked as important'),
      ('fit', 'priority', 'eq', '"low"', -3, null, null, false, 'Marked as unimportant'),
      ('fit', 'email', 'exists', null, 6, null, null, false, 'Has an e-mail address'),
      ('fit', 'phone', 'exists', null, 4, null, null, false, 'Has a phone number'),
      ('fit', 'company', 'exists', null, 4, null, null, false, 'Names a company'),
      ('fit', 'title', 'exists', null, 3, null, null, false, 'Names a job title'),
      ('fit', 'linkedin_url', 'exists', null, 3, null, null, false, 'Has a LinkedIn profile'),
      ('fit', 'website', 'exists', null, 2, null, null, false, 'Has a website'),
      ('fit', 'title', 'matches', '"\\m(chief|c[efimost]o|founder|co-founder|owner|partner|(?<!vice.)president)\\M"', 12, null, null, false, 'Leads the company'),
      ('fit', 'title', 'matches', '"\\m(vp|vice.president|head|director)\\M"', 8, null, null, false, 'Leads a department'),
      -- What the lead does.
      ('engagement', 'status', 'eq', '"responded"', 8, null, null, false, 'Has answered'),
      ('engagement', 'status', 'in', '["qualified", "converted"]', 15, null, null, false, 'Is qualified'),
      ('engagement', 'status', 'eq', '"rejected"', -30, null, null, false, 'Was rejected'),
      ('engagement', 'created_at', 'exists', null, 5, null, 30, false, 'Came in recently'),
      ('engagement', 'last_contacted_at', 'exists', null, 5, null, 14, false, 'Was contacted recently'),
      ('engagement', 'activity:replied', 'exists', null, 12, 30, 30, true, 'Replied'),
      ('engagement', 'activity:meeting', 'exists', null, 15, 30, 45, true, 'Met us'),
      ('engagement', 'activity:form_submitted', 'exists', null, 10, 20, 30, true, 'Filled in a form'),
      ('engagement', 'activity:email_clicked', 'exists', null, 3, 9, 14, true, 'Clicked in an e-mail'),
      ('engagement', 'activity:email_opened', 'exists', null, 1, 5, 14, true, 'Opened an e-mail'),
      ('engagement', 'activity:page_visited', 'exists', null, 1, 5, 7, true, 'Visited a page'),
      ('engagement', 'activity:email_bounced', 'exists', null, -10, 20, 90, true, 'An e-mail bounced')
    ) as r (rule_group, field, operator, value, points, cap, half_life_days, per_occurrence, description);
end;
$$;

comment on function private.add_default_scoring_model(uuid) is
  'Gives an agency its first published model: status, qualification, priority, completeness, title and recency.';

-- supabase/schemas/scoring/functions/score_lead.sql

create or replace function private.score_lead(lead public.leads, at timestamptz)
returns private.lead_score
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_model public.scoring_models;
  v_rule record;
  v_has_activities boolean;
  v_document jsonb;
  v_text text;
  v_list text[];
  v_time timestamptz;
  v_count integer;
  v_holds boolean;
  v_factor numeric;
  v_points numeric;
  v_log jsonb[] := '{}';
  v_fit numeric := 0;
  v_engagement numeric := 0;
  v_score numeric;
begin
  select m.* into v_model
    from public.scoring_models as m
   where m.agency_id = lead.agency_id and m.status = 'published';
  if not found then
    return null;
  end if;
  v_has_activities := exists (
    select from public.lead_activities as a
     where a.agency_id = lead.agency_id and a.lead_id = lead.id
  );

  for v_rule in
    select r.id, r.rule_group, r.source, r.key, r.operator, r.texts, r.numbers, r.points, r.cap,
           r.half_life_days, r.per_occurrence
      from public.scoring_rules as r
     where r.agency_id = lead.agency_id and r.model_id = v_model.id
     order by r.position
  loop
    v_factor := 1;

    if v_rule.source = 'time' then
      v_time := case v_rule.key
        when 'created_at' then lead.created_at
        when 'last_contacted_at' then lead.last_contacted_at
        when 'responded_at' then lead.responded_at
        when 'qualified_at' then lead.qualified_at
        when 'converted_at' then lead.converted_at
      end;
      -- What comes later has not happened yet.
      if v_time > score_lead.at then
        v_time := null;
      end if;
      v_holds := case v_rule.operator
        when 'exists' then v_time is not null
        when 'absent' then v_time is null
        else (date_part('epoch', score_lead.at - v_time) / 86400)::numeric <@ v_rule.numbers
      end;
      continue when v_holds is not true;
      if v_rule.half_life_days is not null then
        v_factor := power(0.5::float8,
          date_part('epoch', score_lead.at - v_time) / 86400 / v_rule.half_life_days::float8)::numeric;
      end if;

    elsif v_rule.source = 'activity' then
      v_count := 0;
      v_time := null;
      if v_has_activities then
        select count(*), max(a.occurred_at), coalesce(sum(case
            when v_rule.half_life_days is null then 1
            else power(0.5::float8, date_part('epoch', score_lead.at - a.occurred_at)
              / 86400 / v_rule.half_life_days::float8)::numeric
          end), 0)
          into v_count, v_time, v_factor
          from public.lead_activities as a
         where a.agency_id = lead.agency_id and a.lead_id = lead.id
           and a.type = v_rule.key and a.occurred_at <= score_lead.at;
      end if;
      v_holds := case v_rule.operator
        when 'exists' then v_count > 0
        when 'absent' then v_count = 0
        else v_count::numeric <@ v_rule.numbers
      end;
      continue when v_holds is not true;
      if not v_rule.per_occurrence then
        v_factor := case
          when v_rule.half_life_days is null then 1
          else power(0.5::float8, date_part('epoch', score_lead.at - v_time)
              / 86400 / v_rule.half_life_days::float8)::numeric
        end;
      end if;

    else
      v_list := null;
      if v_rule.source = 'lead' then
        v_text := case v_rule.key
          when 'status' then lead.status::text
          when 'priority' then lead.priority::text
          when 'qualification_score' then lead.qualification_score::text
          when 'title' then lead.title
          when 'email' then lead.email::text
          when 'phone' then lead.phone
          when 'company' then lead.company
          when 'website' then lead.website
          when 'linkedin_url' then lead.linkedin_url
          when 'first_name' then lead.first_name
          when 'last_name' then lead.last_name
          when 'city' then lead.city
          when 'country' then lead.country
          when 'industry' then lead.industry
        end;
        if v_rule.key = 'tags' then
          v_list := lead.tags;
        end if;
      else
        v_document := case v_rule.source
          when 'custom' then lead.custom_fields else lead.company_data end -> v_rule.key;
        v_text := v_document #>> '{}';
        if jsonb_typeof(v_document) = 'number' then
          v_text := trim_scale(v_text::numeric)::text;
        elsif jsonb_typeof(v_document) = 'array' then
          v_list := array(select jsonb_array_elements_text(v_document));
        end if;
      end if;
      if v_list is null then
        v_holds := case v_rule.operator
          when 'exists' then v_text <> ''
          when 'absent' then coalesce(v_text, '') = ''
          when 'matches' then v_text ~* v_rule.texts[1]
          when 'eq' then lower(v_text) = v_rule.texts[1]
          when 'in' then lower(v_text) = any (v_rule.texts)
          when 'neq' then (lower(v_text) = v_rule.texts[1]) is not true
          when 'contains' then strpos(lower(v_text), v_rule.texts[1]) > 0
          else case when v_text ~ '^[+-]?\d{1,30}(\.\d{1,30})?$' then v_text::numeric <@ v_rule.numbers end
        end;
      else
        null;
      end if;
      continue when v_holds is not true;
    end if;

    v_points := v_rule.points * v_factor;
    if v_rule.cap is not null then
      v_points := greatest(-v_rule.cap, least(v_rule.cap, v_points));
    end if;
    v_points := round(v_points, 2);
    continue when v_points = 0;
    if v_rule.rule_group = 'fit' then
      v_fit := v_fit + v_points;
    else
      v_engagement := v_engagement + v_points;
    end if;
    v_log := v_log || jsonb_build_object('rule_id', v_rule.id, 'group', v_rule.rule_group,
      'points', v_points, 'evidence', jsonb_build_object('value', v_text));
  end loop;

  v_score := greatest(0, least(100, v_model.base + v_fit + v_engagement));
  return (v_model.id, v_model.version, v_model.base, to_jsonb(v_log), v_score, case
    when v_score >= v_model.grade_a then 'A'
    when v_score >= v_model.grade_b then 'B'
    when v_score >= v_model.grade_c then 'C'
    when v_score >= v_model.grade_d then 'D'
    else 'F'
  end);
end;
$$;
