create type public.campaign_status as enum ('draft', 'active', 'paused', 'completed', 'archived');
comment on type public.campaign_status is
  'The life of a campaign; the moves allowed are rows of private.status_transitions.';

create type public.lead_status as enum (
  'new', 'contacted', 'responded', 'qualified', 'converted', 'rejected'
);
comment on type public.lead_status is
  'How far a lead has come; the moves allowed are rows of private.status_transitions.';

create type public.lead_priority as enum ('low', 'medium', 'high', 'urgent');
comment on type public.lead_priority is 'How soon a lead should be worked.';

create domain public."text/csv" as text;
comment on domain public."text/csv" is
  'What a procedure answers as a file: the Data API sends it as it is to whoever accepts text/csv.';

-- What a generated column is made of has to stand before its table. These run for every row
-- written: in plpgsql, which evaluates such an expression without the start-up of a SQL function that
-- its pinned search_path keeps from being inlined.

create or replace function private.dedupe_key(
  email text,
  linkedin_url text,
  phone text,
  company text,
  first_name text,
  last_name text
)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
#variable_conflict error
declare
  -- Without what follows the path, and then without the host and the last slash.
  v_profile text := case when email <> '' or linkedin_url = '' then null else regexp_replace(
    regexp_replace(lower(trim(linkedin_url)), '[?#].*$', ''),
    '^(https?://)?([a-z]{1,3}\.)?linkedin\.com|/+$', '', 'g') end;
begin
  return case
    when email <> '' then 'email:' || lower(trim(email))
    when v_profile <> '' then 'linkedin:' || v_profile
    when phone ~ '\d{5}' or length(regexp_replace(phone, '\D', '', 'g')) >= 5
      then 'phone:' || regexp_replace(regexp_replace(phone, '\D', '', 'g'), '^00', '')
    when company <> '' and concat(first_name, last_name) <> '' then 'name:' || lower(
      regexp_replace(trim(company), '\s+', ' ', 'g') || '|'
      || regexp_replace(trim(concat_ws(' ', first_name, last_name)), '\s+', ' ', 'g'))
  end;
end;
$$;

comment on function private.dedupe_key(text, text, text, text, text, text) is
  'Who a lead is: by e-mail, else LinkedIn address, else phone (5 digits or more), else company and full name; null when nothing says.';

create or replace function private.lead_search_vector(
  first_name text,
  last_name text,
  email text,
  company text,
  title text,
  city text,
  country text,
  industry text
)
returns tsvector
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
#variable_conflict error
begin
  -- The e-mail also in its parts, so that it is found by its domain. In lower case by lower(), which
  -- knows every letter; the parser knows those of the database's ctype, which may be C.
  return setweight(to_tsvector('pg_catalog.simple', lower(concat_ws(' ', first_name, last_name, email,
      replace(email, '@', ' ')))), 'A')
    || setweight(to_tsvector('pg_catalog.simple', lower(coalesce(company, ''))), 'B')
    || setweight(to_tsvector('pg_catalog.simple', lower(concat_ws(' ', title, city, country, industry))), 'C');
end;
$$;

comment on function private.lead_search_vector(text, text, text, text, text, text, text, text) is
  'The words a lead is found by; names and e-mail weigh most.';

create or replace function private.lead_stage(
  status public.lead_status,
  last_contacted_at timestamptz,
  responded_at timestamptz,
  qualified_at timestamptz,
  converted_at timestamptz
)
returns integer
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
#variable_conflict error
begin
  return case
    when status = 'converted' then 4
    when status = 'qualified' or qualified_at is not null or converted_at is not null then 3
    when status = 'responded' or responded_at is not null then 2
    when status = 'contacted' or last_contacted_at is not null then 1
    else 0
  end;
end;
$$;

comment on function private.lead_stage(public.lead_status, timestamptz, timestamptz, timestamptz, timestamptz) is
  'How far a lead ever came: 0 new, 1 contacted, 2 responded, 3 qualified, 4 converted. A rejected lead keeps what it had reached, so that rejecting does not lower the rates; one that had converted counts as qualified.';
