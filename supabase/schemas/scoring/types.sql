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
