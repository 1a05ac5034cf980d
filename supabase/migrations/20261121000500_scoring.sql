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
    when field = 'tags' then 'tags'
    when field in ('created_at', 'last_contacted_at', 'responded_at', 'qualified_at', 'converted_at')
      then 'time'
    else 'lead'
  end
$$;

comment on function private.rule_source(text) is
  'Where the value of a rule''s field comes from: lead, time, tags, custom, company or activity.';

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
          else lower((v #>> '{}') collate pg_catalog.pg_c_utf8)
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
      and value -> 2 is null
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

-- supabase/schemas/scoring/views.sql

-- What a view is made of has to stand before it.

create or replace function private.score_entries(
  agency_id uuid,
  lead_id uuid,
  document jsonb,
  at timestamptz,
  score private.lead_score
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with model as (
    select m.*
      from public.scoring_models as m
     where m.agency_id = score_entries.agency_id and m.version = (score).model_version
  ),
  rules as (
    select r.*, row_number() over (order by r.position) as nr
      from model as m
      join public.scoring_rules as r on r.agency_id = m.agency_id and r.model_id = m.id
  ),
  entries as (
    select r.nr, r.id as rule_id, r.rule_group, r.field, r.operator, r.description, case r.source
        when 'time' then jsonb_build_object(
          'at', document -> r.field,
          'age_days', round((date_part('epoch',
            score_entries.at - (document ->> r.field)::timestamptz) / 86400)::numeric, 2))
        when 'activity' then (
          select jsonb_build_object('count', count(*), 'last_at', max(a.occurred_at))
            from public.lead_activities as a
           where a.agency_id = score_entries.agency_id and a.lead_id = score_entries.lead_id
             and a.type = substr(r.field, 10) and a.occurred_at <= score_entries.at
        )
        when 'custom' then jsonb_build_object('value', document -> 'custom_fields' -> substr(r.field, 8))
        when 'company' then jsonb_build_object('value', document -> 'company_data' -> substr(r.field, 9))
        else jsonb_build_object('value', document -> r.field)
      end as evidence
      from rules as r
    union all
    select (select count(*) from rules) + g.nr, null, g.rule_group, null, null,
           'The group ' || g.rule_group || ' counts no more than its cap',
           jsonb_build_object('cap', g.cap)
      from model as m
     cross join lateral (
       values (1, 'fit', m.fit_cap), (2, 'engagement', m.engagement_cap)
     ) as g (nr, rule_group, cap)
  )
  select coalesce(jsonb_agg(jsonb_build_object(
      'rule_id', e.rule_id, 'group', e.rule_group, 'field', e.field, 'operator', e.operator,
      'description', e.description, 'points', round(e.hundredths / 100.0, 2), 'evidence', e.evidence
    ) order by abs(e.hundredths) desc, e.nr), '[]')
    from (select entries.*, (score).log[entries.nr] as hundredths from entries) as e
   where e.hundredths <> 0
$$;

comment on function private.score_entries(uuid, uuid, jsonb, timestamptz, private.lead_score) is
  'The log of a score in full: what each rule gave, and what it saw in the lead (`document`) at that moment.';
grant execute on function private.score_entries(uuid, uuid, jsonb, timestamptz, private.lead_score)
  to authenticated;

create view public.lead_scores
with (security_invoker = true)
as
select l.agency_id, l.id as lead_id, m.id as model_id, m.version as model_version, m.base,
       private.score_entries(
         l.agency_id, l.id, to_jsonb(fields), l.scored_at,
         (m.version, l.score_log, l.score, l.score_grade)::private.lead_score
       ) as contributions,
       l.score, l.score_grade as grade, l.scored_at
  from public.leads as l
  join public.scoring_models as m
    on m.agency_id = l.agency_id and m.version = l.score_model_version
 cross join lateral (
   select l.first_name, l.last_name, l.email, l.phone, l.company, l.title, l.website,
          l.linkedin_url, l.city, l.country, l.industry, l.status, l.priority,
          l.qualification_score, l.tags, l.custom_fields, l.company_data, l.created_at,
          l.last_contacted_at, l.responded_at, l.qualified_at, l.converted_at
 ) as fields;

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
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_model uuid;
begin
  insert into public.scoring_models (
    agency_id, version, name, base, fit_cap, engagement_cap
  )
  values (add_default_scoring_model.agency_id, 1, 'Default', 10, 60, 60)
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

  update public.scoring_models as m
     set status = 'published', published_at = now()
   where m.agency_id = add_default_scoring_model.agency_id and m.id = v_model;
end;
$$;

comment on function private.add_default_scoring_model(uuid) is
  'Gives an agency its first published model: status, qualification, priority, completeness, title and recency.';

-- supabase/schemas/scoring/functions/calculate_lead_score.sql

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

-- supabase/schemas/scoring/functions/compile_scoring_model.sql

create or replace function private.compile_scoring_model(agency_id uuid, model_id uuid)
returns void
language sql
volatile
set search_path = ''
as $$
  insert into private.scoring_programs (
    agency_id, model_id, model_version, base, fit_cap, engagement_cap,
    grade_a, grade_b, grade_c, grade_d, steps
  )
  select m.agency_id, m.id, m.version, m.base * 100, m.fit_cap * 100, m.engagement_cap * 100,
         m.grade_a, m.grade_b, m.grade_c, m.grade_d,
         array(
           select (
               r.rule_group,
               r.source,
               regexp_replace(r.field, '^(custom\.|company\.|activity:)', ''),
               r.operator,
               private.rule_texts(r.operator, r.value),
               private.rule_numbers(r.operator, r.value),
               (r.points * 100)::integer,
               (coalesce(r.cap, 9999.99) * 100)::integer,
               r.half_life_days::double precision,
               r.per_occurrence
             )::private.scoring_step
             from public.scoring_rules as r
            where r.agency_id = m.agency_id and r.model_id = m.id
            order by r.position
         )
    from public.scoring_models as m
   where m.agency_id = compile_scoring_model.agency_id
     and m.id = compile_scoring_model.model_id
     and m.status = 'published'
  on conflict on constraint scoring_programs_pkey do update
    set (model_id, model_version, base, fit_cap, engagement_cap,
         grade_a, grade_b, grade_c, grade_d, steps)
      = (excluded.model_id, excluded.model_version, excluded.base, excluded.fit_cap,
         excluded.engagement_cap, excluded.grade_a, excluded.grade_b, excluded.grade_c,
         excluded.grade_d, excluded.steps)
$$;

comment on function private.compile_scoring_model(uuid, uuid) is
  'Makes the program that private.score_lead reads from a published model and its rules.';

-- supabase/schemas/scoring/functions/decay.sql

create or replace function private.decay(age interval, half_life_days double precision)
returns numeric
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
#variable_conflict error
begin
  if half_life_days is null or age is null then
    return 1;
  end if;
  -- Six decimals are the same on every platform's floating point; after 100 half-lives none is left.
  return round(
    power(0.5::float8, least(date_part('epoch', age) / 86400 / half_life_days, 100))::numeric, 6);
end;
$$;

comment on function private.decay(interval, double precision) is
  'How much of a rule''s points is left after so long; all of it without a half-life.';

-- supabase/schemas/scoring/functions/document_texts.sql

create or replace function private.document_texts(document jsonb)
returns text[]
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case jsonb_typeof(document)
    when 'object' then array(select jsonb_object_keys(document))
    else array(
      select case jsonb_typeof(e)
          when 'number' then trim_scale((e #>> '{}')::numeric)::text
          else e #>> '{}'
        end
        from jsonb_array_elements(document) as e
    )
  end
$$;

comment on function private.document_texts(jsonb) is
  'The texts a scoring rule sees in a list, its elements, or in an object, its keys.';

-- supabase/schemas/scoring/functions/explain_lead_score.sql

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
  v_program record;
  v_step private.scoring_step;
  v_index integer := 0;
  -- Folds case seven times faster than the database's collation, and the same way everywhere.
  v_text text collate pg_catalog.pg_c_utf8;
  v_texts text[];
  v_document jsonb;
  v_time timestamptz;
  v_count integer;
  v_factor numeric;
  v_points integer;
  v_fit integer := 0;
  v_engagement integer := 0;
  v_score private.lead_score;
begin
  select p.*, exists (
      select from public.lead_activities as a
       where a.agency_id = lead.agency_id and a.lead_id = lead.id
         and a.occurred_at <= score_lead.at
    ) as has_activities
    into v_program
    from private.scoring_programs as p
   where p.agency_id = lead.agency_id;
  if not found then
    return (0, '{}'::integer[], 0.0, 'F'::text);
  end if;
  v_score.log := array_fill(0, array[cardinality(v_program.steps) + 2]);

  foreach v_step in array v_program.steps loop
    v_index := v_index + 1;

    if v_step.source = 'activity' then
      v_count := 0;
      v_factor := 1 - v_step.per_occurrence::integer;
      if v_program.has_activities then
        select count(*), case
            when v_step.per_occurrence
              then coalesce(sum(private.decay(score_lead.at - a.occurred_at, v_step.half_life_days)), 0)
            else private.decay(score_lead.at - max(a.occurred_at), v_step.half_life_days)
          end
          into v_count, v_factor
          from public.lead_activities as a
         where a.agency_id = lead.agency_id and a.lead_id = lead.id
           and a.type = v_step.key and a.occurred_at <= score_lead.at;
      end if;
      continue when not (case v_step.operator
        when 'exists' then v_count > 0
        when 'absent' then v_count = 0
        else v_count::numeric <@ v_step.numbers
      end);
      -- Bounded before the cast: a thousand visits may come to more than an integer holds.
      v_points := greatest(least(round(v_step.points * v_factor), 999999), -999999);

    elsif v_step.source = 'time' then
      v_time := case v_step.key
        when 'created_at' then lead.created_at
        when 'last_contacted_at' then lead.last_contacted_at
        when 'responded_at' then lead.responded_at
        when 'qualified_at' then lead.qualified_at
        when 'converted_at' then lead.converted_at
      end;
      if v_time > score_lead.at then
        v_time := null; -- not yet, at that moment
      end if;
      continue when (case v_step.operator
        when 'exists' then v_time is not null
        when 'absent' then v_time is null
        else (date_part('epoch', score_lead.at - v_time) / 86400)::numeric <@ v_step.numbers
      end) is not true;
      v_points := round(v_step.points * private.decay(score_lead.at - v_time, v_step.half_life_days));

    else
      v_texts := null;
      if v_step.source = 'lead' then
        v_text := nullif(case v_step.key
          when 'status' then lead.status::text
          when 'title' then lead.title
          when 'priority' then lead.priority::text
          when 'qualification_score' then lead.qualification_score::text
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
        end, '');
      elsif v_step.source = 'tags' then
        v_texts := lead.tags;
      else
        v_document := case v_step.source
          when 'custom' then lead.custom_fields else lead.company_data end -> v_step.key;
        v_text := nullif(v_document #>> '{}', '');
        case jsonb_typeof(v_document)
          when 'number' then v_text := trim_scale(v_text::numeric);
          when 'array', 'object' then v_texts := private.document_texts(v_document);
          else null;
        end case;
      end if;
      continue when (case
        when v_texts is not null then private.texts_satisfy(v_texts, v_step)
        else case v_step.operator
          when 'exists' then v_text is not null
          when 'absent' then v_text is null
          when 'eq' then lower(v_text) = v_step.texts[1]
          when 'in' then lower(v_text) = any (v_step.texts)
          when 'neq' then lower(v_text) is distinct from v_step.texts[1]
          when 'matches' then v_text ~* v_step.texts[1]
          when 'contains' then strpos(lower(v_text), v_step.texts[1]) > 0
          else case
            when v_text ~ '^[+-]?[0-9]{1,30}(\.[0-9]{1,30})?$' then v_text::numeric <@ v_step.numbers
          end
        end
      end) is not true;
      v_points := v_step.points;
    end if;

    v_points := greatest(least(v_points, v_step.cap), -v_step.cap);
    v_score.log[v_index] := v_points;
    if v_step.rule_group = 'fit' then
      v_fit := v_fit + v_points;
    else
      v_engagement := v_engagement + v_points;
    end if;
  end loop;

  if v_fit > v_program.fit_cap then
    v_score.log[v_index + 1] := v_program.fit_cap - v_fit;
    v_fit := v_program.fit_cap;
  end if;
  if v_engagement > v_program.engagement_cap then
    v_score.log[v_index + 2] := v_program.engagement_cap - v_engagement;
    v_engagement := v_program.engagement_cap;
  end if;
  v_score.score := round(greatest(0, least(10000, v_program.base + v_fit + v_engagement)) / 100.0, 2);
  v_score.grade := case
    when v_score.score >= v_program.grade_a then 'A'
    when v_score.score >= v_program.grade_b then 'B'
    when v_score.score >= v_program.grade_c then 'C'
    when v_score.score >= v_program.grade_d then 'D'
    else 'F'
  end;
  v_score.model_version := v_program.model_version;
  return v_score;
end;
$$;

comment on function private.score_lead(public.leads, timestamptz) is
  'Judges a lead by its agency''s published model as of a moment. The one place where rules are evaluated: the result depends on the lead''s row, its activities up to the moment, and the model alone.';

-- supabase/schemas/scoring/functions/texts_satisfy.sql

create or replace function private.texts_satisfy(texts text[], step private.scoring_step)
returns boolean
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_text text collate pg_catalog.pg_c_utf8;
begin
  case step.operator
    when 'exists' then return cardinality(texts_satisfy.texts) > 0;
    when 'absent' then return cardinality(texts_satisfy.texts) = 0;
    when 'neq' then return not exists (
      select from unnest(texts_satisfy.texts) as t where lower(t collate pg_catalog.pg_c_utf8) = step.texts[1]);
    else null;
  end case;
  foreach v_text in array texts_satisfy.texts loop
    if (case
      when step.operator in ('eq', 'in') then lower(v_text) = any (step.texts)
      when step.operator = 'matches' then v_text ~* step.texts[1]
      when step.operator = 'contains' then strpos(lower(v_text), step.texts[1]) > 0
      when v_text ~ '^[+-]?[0-9]{1,30}(\.[0-9]{1,30})?$' then v_text::numeric <@ step.numbers
    end) then
      return true;
    end if;
  end loop;
  return false;
end;
$$;

comment on function private.texts_satisfy(text[], private.scoring_step) is
  'Whether a scoring rule holds for one of the texts; `neq`, whether `eq` holds for none.';

-- supabase/schemas/scoring/functions/tg_agencies__add_scoring_model.sql

create or replace function private.tg_agencies__add_scoring_model()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.add_default_scoring_model(new.id);
  return null;
end;
$$;

comment on function private.tg_agencies__add_scoring_model() is
  'A new agency can judge its leads from the first one on.';

-- supabase/schemas/scoring/functions/tg_lead_activities__rescore.sql

create or replace function private.tg_lead_activities__rescore()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_touched record;
begin
  for v_touched in
    select a.agency_id, array_agg(distinct a.lead_id) as lead_ids
      from new_activities as a
     where a.type not in ('status_changed', 'assigned', 'scored')
     group by a.agency_id
     order by a.agency_id
  loop
    -- Locked in the order of their ids, so that writers who touch the same leads cannot deadlock.
    perform
       from public.leads as l
      where l.agency_id = v_touched.agency_id and l.id = any (v_touched.lead_ids)
      order by l.id
        for no key update;
    update public.leads as l
       set scored_at = clock_timestamp()
     where l.agency_id = v_touched.agency_id and l.id = any (v_touched.lead_ids);
  end loop;
  return null;
end;
$$;

comment on function private.tg_lead_activities__rescore() is
  'Lets the leads that something happened with be judged again, in the same transaction.';

-- supabase/schemas/scoring/functions/tg_leads__score.sql

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

-- supabase/schemas/scoring/functions/tg_scoring_models__compile.sql

create or replace function private.tg_scoring_models__compile()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if new.status = 'published' then
    perform private.compile_scoring_model(new.agency_id, new.id);
  elsif tg_op = 'UPDATE' and old.status = 'published' then
    delete from private.scoring_programs as p
     where p.agency_id = new.agency_id and p.model_id = new.id;
  end if;
  return null;
end;
$$;

comment on function private.tg_scoring_models__compile() is
  'Keeps the agency''s program in step with which model is published.';

-- supabase/schemas/scoring/functions/tg_scoring_models__require_draft.sql

create or replace function private.tg_scoring_models__require_draft()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  raise exception using errcode = 'PT409', message = 'scoring_model_not_draft',
    detail = 'What a model judges by is settled once it is published.',
    hint = 'Make a new version of the model and publish that.';
end;
$$;

comment on function private.tg_scoring_models__require_draft() is
  'Refuses to change what scores have been made with: 409 scoring_model_not_draft.';

-- supabase/schemas/scoring/functions/tg_scoring_rules__require_draft.sql

create or replace function private.tg_scoring_rules__require_draft()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if exists (
    select from public.scoring_models as m
     where (m.agency_id, m.id) in ((old.agency_id, old.model_id), (new.agency_id, new.model_id))
       and m.status <> 'draft'
  ) then
    raise exception using errcode = 'PT409', message = 'scoring_model_not_draft',
      detail = 'The rules of a model are settled once it is published.',
      hint = 'Make a new version of the model and publish that.';
  end if;
  return coalesce(new, old);
end;
$$;

comment on function private.tg_scoring_rules__require_draft() is
  'Refuses to change rules that scores have been made with: 409 scoring_model_not_draft.';

-- supabase/schemas/scoring/triggers.sql

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

-- supabase/schemas/scoring/policies.sql

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
