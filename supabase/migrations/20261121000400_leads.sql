-- Domain leads, built from supabase/schemas/leads by `deno task db:build`.
--
-- Why:         creates the domain's objects; each stands with its reasons in its schema file.
-- Locks:       nothing that existed before, except a short lock on auth.users where a trigger joins it.
-- Compatible:  yes; a previous version of the app uses none of these objects.
-- Undo:        before 1.0 `deno task db:reset`; afterwards a migration of its own.

-- Functions may call procedures of a domain that comes later.
set check_function_bodies = off;

-- supabase/schemas/leads/types.sql

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

-- supabase/schemas/leads/tables.sql

-- Lifecycles -----------------------------------------------------------------------------------

create table private.status_transitions (
  entity text not null,
  from_status text not null,
  to_status text not null,
  primary key (entity, from_status, to_status)
);
comment on table private.status_transitions is
  'The moves each lifecycle allows; private.tg_check_transition refuses every other one.';
alter table private.status_transitions enable row level security;
alter table private.status_transitions force row level security;

insert into private.status_transitions (entity, from_status, to_status)
select 'campaigns', from_status, unnest(to_statuses)
  from (values
    ('draft', '{active,archived}'::text[]),
    ('active', '{paused,completed,archived}'),
    ('paused', '{active,completed,archived}'),
    ('completed', '{active,archived}'),
    ('archived', '{draft}')
  ) as moves (from_status, to_statuses)
union all
-- A lead moves freely, forward and back, but never becomes new again: it has a history by then.
select 'leads', from_status::text, to_status::text
  from unnest(enum_range(null::public.lead_status)) as from_status,
       unnest(enum_range(null::public.lead_status)) as to_status
 where from_status <> to_status and to_status <> 'new'
on conflict do nothing;

-- Clients --------------------------------------------------------------------------------------

create table public.clients (
  agency_id uuid not null references public.agencies (id) on delete cascade,
  id uuid not null default private.uuid_v7(),
  name text not null,
  website text,
  industry text,
  contact jsonb not null default '{}',
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (agency_id, id),
  constraint clients_name_has_1_to_200_characters check (char_length(name) between 1 and 200),
  constraint clients_website_has_at_most_2000_characters check (char_length(website) <= 2000),
  constraint clients_industry_has_at_most_200_characters check (char_length(industry) <= 200),
  constraint clients_contact_is_an_object check (jsonb_typeof(contact) = 'object'),
  constraint clients_contact_has_at_most_16_kb check (octet_length(contact::text) <= 16384)
);
comment on table public.clients is 'The businesses and creators the agency works for. Plain CRUD through the Data API.';
comment on column public.clients.contact is 'Whom to talk to: free-form, such as {"name", "email", "phone"}.';
create unique index clients_agency_id_name_idx on public.clients (agency_id, lower(name))
  where archived_at is null;

alter table public.memberships
  add constraint memberships_client_is_of_the_agency foreign key (agency_id, client_id)
  references public.clients (agency_id, id);
create index memberships_agency_id_client_id_idx on public.memberships (agency_id, client_id);
alter table public.invitations
  add constraint invitations_client_is_of_the_agency foreign key (agency_id, client_id)
  references public.clients (agency_id, id);
create index invitations_agency_id_client_id_idx on public.invitations (agency_id, client_id);

-- Campaigns ------------------------------------------------------------------------------------

create table public.campaigns (
  agency_id uuid not null references public.agencies (id) on delete cascade,
  id uuid not null default private.uuid_v7(),
  client_id uuid,
  name text not null,
  description text,
  kind text not null default 'lead_gen',
  status public.campaign_status not null default 'draft',
  starts_on date,
  ends_on date,
  budget_cents bigint,
  currency text not null default 'USD',
  target_leads integer,
  goals jsonb not null default '{}',
  tags text[] not null default '{}',
  metadata jsonb not null default '{}',
  created_by uuid references public.profiles (id) on delete set null,
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (agency_id, id),
  constraint campaigns_client_is_of_the_agency foreign key (agency_id, client_id)
    references public.clients (agency_id, id),
  constraint campaigns_name_has_1_to_200_characters check (char_length(name) between 1 and 200),
  constraint campaigns_description_has_at_most_5000_characters check (char_length(description) <= 5000),
  constraint campaigns_kind_is_known check (kind in ('lead_gen')),
  constraint campaigns_end_after_start check (ends_on >= starts_on),
  constraint campaigns_budget_is_not_negative check (budget_cents >= 0),
  constraint campaigns_currency_is_an_iso_4217_code check (currency ~ '^[A-Z]{3}$'),
  constraint campaigns_target_is_positive check (target_leads > 0),
  constraint campaigns_goals_is_an_object check (jsonb_typeof(goals) = 'object'),
  constraint campaigns_metadata_is_an_object check (jsonb_typeof(metadata) = 'object'),
  constraint campaigns_goals_have_at_most_64_kb check (octet_length(goals::text) <= 65536),
  constraint campaigns_metadata_has_at_most_64_kb check (octet_length(metadata::text) <= 65536),
  constraint campaigns_have_at_most_50_tags check (cardinality(tags) <= 50),
  constraint campaigns_tags_have_at_most_8_kb check (octet_length(array_to_string(tags, '')) <= 8192)
);
comment on table public.campaigns is 'What leads are gathered for. Written by procedures only: status is a lifecycle.';
comment on column public.campaigns.budget_cents is 'In hundredths of the currency.';
comment on column public.campaigns.target_leads is 'How many leads the campaign aims for.';
comment on column public.campaigns.goals is 'Free-form targets.';
comment on column public.campaigns.deleted_at is 'Soft deletion; its leads stay where they are.';
create index campaigns_agency_id_created_at_idx on public.campaigns (agency_id, created_at desc, id desc)
  where deleted_at is null;
create index campaigns_agency_id_client_id_idx on public.campaigns (agency_id, client_id);
create index campaigns_created_by_idx on public.campaigns (created_by);

-- Leads ----------------------------------------------------------------------------------------

create table public.leads (
  agency_id uuid not null references public.agencies (id) on delete cascade,
  id uuid not null default private.uuid_v7(),
  campaign_id uuid not null,
  data_source_id uuid,
  scraping_job_id uuid,
  first_name text,
  last_name text,
  email extensions.citext,
  phone text,
  company text,
  title text,
  website text,
  linkedin_url text,
  city text,
  country text,
  industry text,
  status public.lead_status not null default 'new',
  priority public.lead_priority not null default 'medium',
  qualification_score integer,
  qualification_notes text,
  score numeric(5, 2) not null default 0,
  score_grade text not null default 'F',
  scored_at timestamptz not null default now(),
  score_model_version integer not null default 0,
  assigned_to uuid,
  assigned_at timestamptz,
  assignment_reason text,
  contact jsonb not null default '{}',
  company_data jsonb not null default '{}',
  source_data jsonb not null default '{}',
  qualification_data jsonb not null default '{}',
  custom_fields jsonb not null default '{}',
  tags text[] not null default '{}',
  edited_fields text[] not null default '{}',
  last_contacted_at timestamptz,
  responded_at timestamptz,
  qualified_at timestamptz,
  converted_at timestamptz,
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  dedupe_key text not null generated always as (
    private.dedupe_key(email::text, linkedin_url, phone, company, first_name, last_name)
  ) stored,
  search tsvector generated always as (
    private.lead_search_vector(first_name, last_name, email::text, company, title, city, country, industry)
  ) stored,
  primary key (agency_id, id),
  constraint leads_campaign_is_of_the_agency foreign key (agency_id, campaign_id)
    references public.campaigns (agency_id, id),
  constraint leads_assignee_is_a_member foreign key (agency_id, assigned_to)
    references public.memberships (agency_id, user_id) on delete set null (assigned_to),
  constraint leads_email_is_an_address check (email ~ '^[^@\s]+@[^@\s]+\.[^@\s]+$'),
  constraint leads_texts_have_at_most_500_characters check (
    greatest(char_length(first_name), char_length(last_name), char_length(email::text),
      char_length(phone), char_length(company), char_length(title), char_length(website),
      char_length(linkedin_url), char_length(city), char_length(country),
      char_length(industry)) <= 500
  ),
  constraint leads_notes_have_at_most_10000_characters check (char_length(qualification_notes) <= 10000),
  constraint leads_qualification_score_is_1_to_5 check (qualification_score between 1 and 5),
  constraint leads_score_is_0_to_100 check (score between 0 and 100),
  constraint leads_score_grade_is_a_to_f check (score_grade in ('A', 'B', 'C', 'D', 'F')),
  constraint leads_documents_are_objects check (
    jsonb_typeof(contact) = 'object' and jsonb_typeof(company_data) = 'object'
    and jsonb_typeof(source_data) = 'object' and jsonb_typeof(qualification_data) = 'object'
    and jsonb_typeof(custom_fields) = 'object'
  ),
  constraint leads_have_at_most_50_tags check (cardinality(tags) <= 50),
  constraint leads_tags_have_at_most_8_kb check (octet_length(array_to_string(tags, '')) <= 8192)
);
comment on table public.leads is
  'People and businesses a campaign may win. Written by procedures only: status, assignment and score are state.';
comment on column public.leads.data_source_id is 'Where the lead was found first; null for one added by hand, and when the source is deleted. Its foreign key stands in sources/tables.sql.';
comment on column public.leads.scraping_job_id is 'The job that created the lead; null for one added otherwise.';
comment on column public.leads.qualification_score is 'A person''s judgement, 1 (poor) to 5 (excellent).';
comment on column public.leads.score is 'The model''s judgement, 0 to 100: always the sum of the contributions in lead_scores.';
comment on column public.leads.assignment_reason is 'Why this assignee: `manual`, or the strategy and what it went by.';
comment on column public.leads.edited_fields is 'The fields a person has set by hand; an import never touches them again.';
comment on column public.leads.dedupe_key is 'Who the lead is (private.dedupe_key); unique among the agency''s leads that are not deleted. Nothing that identifies the lead: not null fails.';
comment on column public.leads.deleted_at is 'Soft deletion: out of every list, count and duplicate check until restored.';

create unique index leads_agency_id_dedupe_key_idx on public.leads (agency_id, dedupe_key)
  where deleted_at is null;
create index leads_agency_id_campaign_id_idx
  on public.leads (agency_id, campaign_id, created_at desc, id desc) where deleted_at is null;
create index leads_agency_id_created_at_idx
  on public.leads (agency_id, created_at desc, id desc) where deleted_at is null;
-- All that the policy asks for and no more: a count under it reads this index alone. Included columns
-- keep equal entries apart, which is meant: by a much smaller index the planner would read a whole
-- agency, and sort it, for a page that the one above has in order.
create index leads_agency_id_idx
  on public.leads (agency_id) include (campaign_id, assigned_to) where deleted_at is null;
create index leads_agency_id_assigned_to_idx
  on public.leads (agency_id, assigned_to) where assigned_to is not null;
create index leads_agency_id_search_idx on public.leads using gin (agency_id, search);

create table public.lead_activities (
  agency_id uuid not null,
  id uuid not null default private.uuid_v7(),
  lead_id uuid not null,
  type text not null,
  occurred_at timestamptz not null default now(),
  payload jsonb not null default '{}',
  actor_id uuid,
  created_at timestamptz not null default now(),
  primary key (agency_id, id),
  constraint lead_activities_belong_to_a_lead foreign key (agency_id, lead_id)
    references public.leads (agency_id, id) on delete cascade,
  constraint lead_activities_type_is_known check (type in (
    'email_sent', 'email_opened', 'email_clicked', 'email_bounced', 'replied', 'call', 'meeting',
    'form_submitted', 'page_visited', 'note', 'status_changed', 'assigned', 'scored'
  )),
  constraint lead_activities_payload_is_an_object check (jsonb_typeof(payload) = 'object'),
  constraint lead_activities_payload_has_at_most_64_kb check (octet_length(payload::text) <= 65536)
);
comment on table public.lead_activities is 'What happened with a lead. Append-only; scores and timelines are made from it.';
comment on column public.lead_activities.actor_id is 'The user who did it; null for the system or the lead itself. No foreign key: history outlives an account.';
create index lead_activities_agency_id_lead_id_idx
  on public.lead_activities (agency_id, lead_id, occurred_at desc, id desc);

-- What a caller may say about a lead: the shape of `attributes`, `changes` and import rows.
create type private.lead_attributes as (
  first_name text,
  last_name text,
  email text,
  phone text,
  company text,
  title text,
  website text,
  linkedin_url text,
  city text,
  country text,
  industry text,
  status public.lead_status,
  priority public.lead_priority,
  qualification_notes text,
  contact jsonb,
  company_data jsonb,
  source_data jsonb,
  custom_fields jsonb,
  tags text[],
  last_contacted_at timestamptz,
  responded_at timestamptz,
  qualified_at timestamptz,
  converted_at timestamptz
);
comment on type private.lead_attributes is
  'The fields of a lead that come from outside; private.lead_errors checks documents against it.';

create type private.parsed_lead as (
  attributes private.lead_attributes,
  given text[]
);
comment on type private.parsed_lead is
  'What a document says about a lead, and which fields it names: null clears, absence leaves.';

-- supabase/schemas/leads/metrics.sql

-- Exact counts that cost the same at a thousand leads and at ten million: every write to leads
-- appends signed deltas, private.fold() merges them into the rollup, readers add up both.

create table private.lead_metrics (
  agency_id uuid not null,
  scope_id uuid not null,
  day date not null,
  status public.lead_status not null,
  stage integer not null,
  grade_a bigint not null,
  grade_b bigint not null,
  grade_c bigint not null,
  grade_d bigint not null,
  grade_f bigint not null,
  leads bigint generated always as (grade_a + grade_b + grade_c + grade_d + grade_f) stored,
  score_sum numeric(14, 2) not null,
  primary key (agency_id, scope_id, day, status, stage)
);
comment on table private.lead_metrics is
  'Leads that are not deleted, counted by scope, day of creation (UTC), status and stage reached; by grade in columns, so that a month is read in 200 rows at most and not in 900. A scope is a campaign or the agency itself; the day -infinity holds a scope''s sum over all days.';
comment on column private.lead_metrics.stage is
  'How far the leads ever came (private.lead_stage), whatever their status is now.';

create table private.lead_metric_deltas (
  id bigint generated always as identity,
  at timestamptz not null default now(),
  agency_id uuid not null,
  campaign_id uuid not null,
  day date not null,
  status public.lead_status not null,
  stage integer not null,
  grade text not null,
  leads bigint not null,
  score_sum numeric(14, 2) not null,
  primary key (agency_id, campaign_id, id)
);
comment on table private.lead_metric_deltas is
  'What writes have changed in the counts and private.fold() has not merged yet. Append-only, so that writers never wait for each other.';
create index lead_metric_deltas_id_idx on private.lead_metric_deltas (id);

create view private.lead_metrics_now
with (security_invoker = true)
as
select m.agency_id, m.scope_id, m.day, m.status, m.stage, m.leads,
       m.grade_a, m.grade_b, m.grade_c, m.grade_d, m.grade_f, m.score_sum
  from private.lead_metrics as m
union all
select d.agency_id, s.scope_id, s.day, d.status, d.stage, d.leads,
       case d.grade when 'A' then d.leads else 0 end,
       case d.grade when 'B' then d.leads else 0 end,
       case d.grade when 'C' then d.leads else 0 end,
       case d.grade when 'D' then d.leads else 0 end,
       case d.grade when 'F' then d.leads else 0 end,
       d.score_sum
  from private.lead_metric_deltas as d
 cross join lateral (values
   (d.campaign_id, d.day), (d.campaign_id, '-infinity'::date),
   (d.agency_id, d.day), (d.agency_id, '-infinity'::date)
 ) as s (scope_id, day);
comment on view private.lead_metrics_now is
  'Rollup and deltas together: exact in every snapshot. Add up by scope and day.';

-- supabase/schemas/leads/views.sql

create view public.lead_details
with (security_invoker = true)
as
select l.agency_id, l.id, l.campaign_id, c.name as campaign_name, c.client_id,
       l.data_source_id, l.scraping_job_id,
       l.first_name, l.last_name, l.email, l.phone, l.company, l.title, l.website, l.linkedin_url,
       l.city, l.country, l.industry, l.status, l.priority,
       l.qualification_score, l.qualification_notes,
       l.score, l.score_grade, l.scored_at, l.score_model_version,
       l.assigned_to, p.email as assignee_email, p.full_name as assignee_name, l.assigned_at,
       l.assignment_reason,
       l.contact, l.company_data, l.source_data, l.qualification_data, l.custom_fields, l.tags,
       l.last_contacted_at, l.responded_at, l.qualified_at, l.converted_at,
       l.deleted_at, l.created_at, l.updated_at
  from public.leads as l
  left join public.campaigns as c on c.agency_id = l.agency_id and c.id = l.campaign_id
  left join public.profiles as p on p.id = l.assigned_to;

comment on view public.lead_details is
  'A lead with the names of its campaign and assignee, deleted ones too (deleted_at).';
grant select on public.lead_details to authenticated;

create view public.lead_pipeline
with (security_invoker = true)
as
select l.agency_id, l.campaign_id, l.status, l.priority,
       count(*) as leads,
       round(avg(l.score), 2) as average_score,
       count(*) filter (where l.assigned_to is null) as unassigned
  from public.leads as l
 where l.deleted_at is null
 group by l.agency_id, l.campaign_id, l.status, l.priority;

comment on view public.lead_pipeline is
  'What lies where: the caller''s visible leads counted by campaign, status and priority. Counts live rows; filter by campaign_id.';
grant select on public.lead_pipeline to authenticated;

create view public.campaign_performance
with (security_invoker = true)
as
select c.agency_id, c.id as campaign_id, c.name, c.status, c.client_id, c.target_leads,
       m.total, m.new, m.contacted, m.responded, m.qualified, m.converted, m.rejected,
       m.reached_contacted, m.reached_responded, m.reached_qualified, m.average_score,
       round(m.converted / nullif(m.total, 0), 4) as conversion_rate,
       round(m.reached_responded / nullif(m.reached_contacted, 0), 4) as response_rate,
       round(m.reached_qualified / nullif(m.total, 0), 4) as qualification_rate
  from public.campaigns as c
  cross join lateral (
    select coalesce(sum(n.leads), 0) as total,
           coalesce(sum(n.leads) filter (where n.status = 'new'), 0) as new,
           coalesce(sum(n.leads) filter (where n.status = 'contacted'), 0) as contacted,
           coalesce(sum(n.leads) filter (where n.status = 'responded'), 0) as responded,
           coalesce(sum(n.leads) filter (where n.status = 'qualified'), 0) as qualified,
           coalesce(sum(n.leads) filter (where n.status = 'converted'), 0) as converted,
           coalesce(sum(n.leads) filter (where n.status = 'rejected'), 0) as rejected,
           coalesce(sum(n.leads) filter (where n.stage >= 1), 0) as reached_contacted,
           coalesce(sum(n.leads) filter (where n.stage >= 2), 0) as reached_responded,
           coalesce(sum(n.leads) filter (where n.stage >= 3), 0) as reached_qualified,
           round(sum(n.score_sum) / nullif(sum(n.leads), 0), 2) as average_score
      from private.lead_metrics_now as n
     where n.agency_id = c.agency_id and n.scope_id = c.id and n.day = '-infinity'
  ) as m
 where c.deleted_at is null;

comment on view public.campaign_performance is
  'How each campaign does, from exact rollups. Counts by status; reached_* counts who ever came so far; rates are fractions, null with nothing below the line; all zero for callers without analytics.read.';
grant select on public.campaign_performance to authenticated;

create view public.campaign_summary
with (security_invoker = true)
as
select c.agency_id, c.id, c.client_id, cl.name as client_name, c.name, c.description, c.kind,
       c.status, c.starts_on, c.ends_on, c.budget_cents, c.currency, c.target_leads, c.goals,
       c.tags, c.metadata, c.created_by, c.created_at, c.updated_at,
       p.total as leads_total, p.qualified as leads_qualified, p.converted as leads_converted,
       p.conversion_rate
  from public.campaigns as c
  join public.campaign_performance as p on p.agency_id = c.agency_id and p.campaign_id = c.id
  left join public.clients as cl on cl.agency_id = c.agency_id and cl.id = c.client_id;

comment on view public.campaign_summary is
  'A campaign with its client''s name and what has come of it: leads in all, qualified, converted.';
grant select on public.campaign_summary to authenticated;

-- supabase/schemas/leads/functions/assign_lead.sql

create or replace function public.assign_lead(lead_id uuid, assignee text)
returns public.leads
language plpgsql
volatile
security definer -- leads have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.leads := private.authorize_lead(assign_lead.lead_id, 'leads.assign', true);
  v_assignee uuid := private.find_assignee(v_before.agency_id, assign_lead.assignee);
  v_after public.leads;
begin
  update public.leads as l
     set assigned_to = v_assignee, assigned_at = now(), assignment_reason = 'manual'
   where l.agency_id = v_before.agency_id and l.id = v_before.id
  returning l.* into v_after;
  perform private.audit(v_after.agency_id, 'lead.assigned', v_after.id,
    jsonb_build_object('assigned_to', v_before.assigned_to, 'assigned_at', v_before.assigned_at,
      'assignment_reason', v_before.assignment_reason),
    jsonb_build_object('assigned_to', v_after.assigned_to, 'assigned_at', v_after.assigned_at,
      'assignment_reason', v_after.assignment_reason));
  if v_after.assigned_to is distinct from v_before.assigned_to then
    perform private.notify_each(v_after.agency_id, 'lead.assigned', array[(
      v_after.assigned_to, private.lead_name(v_after) || ' was assigned to you', null,
      jsonb_build_object('leads', 1, 'lead_ids', jsonb_build_array(v_after.id))
    )::private.notice]);
  end if;
  return v_after;
end;
$$;

comment on function public.assign_lead(uuid, text) is
  'Gives a lead to a member, named by id or e-mail, who must be active and may hold leads, and is notified. Errors: 403 permission_denied, 404 lead_not_found, 422 assignee_not_found or assignee_may_not_hold_leads.';
revoke all on function public.assign_lead(uuid, text) from public, anon;
grant execute on function public.assign_lead(uuid, text) to authenticated;

-- supabase/schemas/leads/functions/authorize_campaign.sql

create or replace function private.authorize_campaign(
  campaign_id uuid,
  permission text,
  lock boolean default false,
  deleted boolean default false
)
returns public.campaigns
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_campaign public.campaigns;
begin
  perform private.require_caller();
  -- Locked before it is judged, so that what was judged is what is changed.
  if authorize_campaign.lock then
    select c.* into v_campaign
      from public.campaigns as c
     where c.agency_id = any (private.my_agencies())
       and c.id = authorize_campaign.campaign_id
       and (c.deleted_at is not null) = coalesce(authorize_campaign.deleted, c.deleted_at is not null)
       for no key update;
  else
    select c.* into v_campaign
      from public.campaigns as c
     where c.agency_id = any (private.my_agencies())
       and c.id = authorize_campaign.campaign_id
       and (c.deleted_at is not null) = coalesce(authorize_campaign.deleted, c.deleted_at is not null);
  end if;
  if v_campaign.id is null or not (
    private.can(v_campaign.agency_id, 'campaigns.read')
    or v_campaign.client_id = any (private.own_clients('campaigns.read_client'))
  ) is true then
    raise exception using errcode = 'PT404', message = 'campaign_not_found',
      detail = 'No campaign with this id is visible to you.',
      hint = 'List the campaigns to see which ids there are.';
  end if;
  if not (
    private.can(v_campaign.agency_id, authorize_campaign.permission)
    or v_campaign.client_id = any (private.own_clients(authorize_campaign.permission || '_client'))
  ) is true then
    perform private.require(v_campaign.agency_id, authorize_campaign.permission);
  end if;
  return v_campaign;
end;
$$;

comment on function private.authorize_campaign(uuid, text, boolean, boolean) is
  'The campaign, if the caller may do this with it: 401 not_signed_in, 404 campaign_not_found where it is not visible, 403 permission_denied. A permission''s `_client` form covers the caller''s own client''s campaigns. With deleted, it looks among the deleted ones; with null, among all.';

-- supabase/schemas/leads/functions/authorize_lead.sql

create or replace function private.authorize_lead(
  lead_id uuid,
  permission text,
  lock boolean default false,
  deleted boolean default false
)
returns public.leads
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_lead public.leads;
begin
  -- Locked before it is judged, so that what was judged is what is changed.
  if authorize_lead.lock then
    select l.* into v_lead
      from public.leads as l
     where l.agency_id = any (private.my_agencies())
       and l.id = authorize_lead.lead_id
       and (l.deleted_at is not null) = coalesce(authorize_lead.deleted, l.deleted_at is not null)
       for no key update;
  else
    select l.* into v_lead
      from public.leads as l
     where l.agency_id = any (private.my_agencies())
       and l.id = authorize_lead.lead_id
       and (l.deleted_at is not null) = coalesce(authorize_lead.deleted, l.deleted_at is not null);
  end if;
  if v_lead.id is null or not private.may_with_lead(v_lead, 'leads.read') then
    perform private.require_caller();
    raise exception using errcode = 'PT404', message = 'lead_not_found',
      detail = 'No lead with this id is visible to you.',
      hint = 'List the leads to see which ids there are.';
  end if;
  if authorize_lead.permission <> 'leads.read'
    and not private.may_with_lead(v_lead, authorize_lead.permission) then
    perform private.require(v_lead.agency_id, authorize_lead.permission);
  end if;
  return v_lead;
end;
$$;

comment on function private.authorize_lead(uuid, text, boolean, boolean) is
  'The lead, if the caller may do this with it: 401 not_signed_in, 404 lead_not_found where it is not visible, 403 permission_denied. With deleted, it looks among the deleted ones; with null, among all.';

-- supabase/schemas/leads/functions/auto_assign_leads.sql

create or replace function public.auto_assign_leads(
  campaign_id uuid,
  strategy text default 'round_robin',
  lead_ids uuid[] default null,
  weights jsonb default null,
  capacity integer default null
)
returns jsonb
language plpgsql
volatile
security definer -- leads have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_campaign public.campaigns := private.authorize_campaign(auto_assign_leads.campaign_id, 'leads.assign', true);
  v_assignments jsonb;
begin
  if auto_assign_leads.strategy is null
    or auto_assign_leads.strategy not in ('round_robin', 'weighted', 'capacity') then
    raise exception using errcode = 'PT422', message = 'strategy_unknown',
      detail = 'Leads are assigned by round_robin, weighted or capacity.';
  end if;
  if auto_assign_leads.strategy = 'weighted' and auto_assign_leads.weights is null then
    raise exception using errcode = 'PT422', message = 'weights_required',
      detail = 'The strategy weighted needs weights, such as {"<user id>": 3}.';
  end if;
  if auto_assign_leads.capacity < 1 then
    raise exception using errcode = 'PT422', message = 'capacity_not_positive',
      detail = 'A capacity is the most open leads a member holds, 1 or more.';
  end if;
  if auto_assign_leads.weights is not null and (
    jsonb_typeof(auto_assign_leads.weights) <> 'object'
    or auto_assign_leads.weights = '{}'
    or exists (
      select from jsonb_each(auto_assign_leads.weights) as w
       where not pg_input_is_valid(w.key, 'uuid') or jsonb_typeof(w.value) <> 'number'
          or (w.value #>> '{}')::numeric not between 0.01 and 1000
    )
  ) then
    raise exception using errcode = 'PT422', message = 'weights_invalid',
      detail = 'Weights are an object from user ids to numbers from 0.01 to 1000.';
  end if;

  -- One assignment at a time in an agency: a member's load counts the leads of every campaign.
  perform from public.agencies as a where a.id = v_campaign.agency_id for no key update;
  with waiting as (
    select l.id, row_number() over (order by l.created_at, l.id) as turn
      from (
        select w.id, w.created_at
          from public.leads as w
         where w.agency_id = v_campaign.agency_id
           and w.campaign_id = v_campaign.id
           and w.assigned_to is null
           and w.deleted_at is null
           and w.status not in ('converted', 'rejected')
           and (auto_assign_leads.lead_ids is null or w.id = any (auto_assign_leads.lead_ids))
         order by w.id
         limit 10000
           for no key update
      ) as l
  ), members as (
    -- Whoever may only work what is assigned to them; with weights, just those named.
    select m.user_id, load.open, load.last_assigned_at,
           coalesce((auto_assign_leads.weights ->> m.user_id::text)::numeric, 1) as weight
      from public.memberships as m
     cross join lateral (
       select count(*) filter (where l.status not in ('converted', 'rejected')) as open,
              max(l.assigned_at) as last_assigned_at
         from public.leads as l
        where l.agency_id = m.agency_id and l.assigned_to = m.user_id and l.deleted_at is null
     ) as load
     where m.agency_id = v_campaign.agency_id
       and exists (
         select from public.user_permissions_view as p
          where p.agency_id = m.agency_id and p.user_id = m.user_id
            and p.permission = 'leads.write_assigned' and p.platform is null
       )
       and case
         when auto_assign_leads.weights is not null then auto_assign_leads.weights ? m.user_id::text
         else not exists (
           select from public.user_permissions_view as p
            where p.agency_id = m.agency_id and p.user_id = m.user_id and p.permission = 'leads.write'
              and p.platform is null
         )
       end
  ), seats as (
    select m.user_id, m.open + s.n as load,
           row_number() over (
             order by
               case auto_assign_leads.strategy
                 when 'round_robin' then s.n
                 when 'weighted' then s.n / m.weight
                 else m.open + s.n
               end,
               m.last_assigned_at nulls first, m.user_id
           ) as turn
      from members as m
     cross join lateral generate_series(1, least(
       coalesce(auto_assign_leads.capacity - m.open, 10000), (select count(*) from waiting))) as s (n)
  ), assigned as (
    update public.leads as l
       set assigned_to = s.user_id,
           assigned_at = now(),
           assignment_reason = format('%s: open lead number %s of this member', auto_assign_leads.strategy, s.load)
      from waiting as w
      join seats as s on s.turn = w.turn
     where l.agency_id = v_campaign.agency_id and l.id = w.id
    returning l.id, l.assigned_to, l.assignment_reason
  )
  select jsonb_build_object(
           'assigned', (select count(*) from assigned),
           'unassigned', (select count(*) from waiting) - (select count(*) from assigned),
           'results', coalesce((
             select jsonb_agg(jsonb_build_object(
                      'id', a.id, 'assigned_to', a.assigned_to, 'reason', a.assignment_reason) order by a.id)
               from assigned as a
           ), '[]')
         )
    into v_assignments;
  perform private.audit(v_campaign.agency_id, 'lead.auto_assigned', null, null, v_assignments
    || jsonb_build_object('campaign_id', v_campaign.id, 'strategy', auto_assign_leads.strategy));
  perform private.notify_assignees(v_campaign.agency_id, array(
    select (a ->> 'id')::uuid from jsonb_array_elements(v_assignments -> 'results') as a));
  return v_assignments;
end;
$$;

comment on function public.auto_assign_leads(uuid, text, uuid[], jsonb, integer) is
  'Gives a campaign''s open leads without assignee (or those of lead_ids) to the members who work only assigned leads, or to those named in weights ({user id: number}): round_robin in turn, weighted in proportion, capacity to whoever holds fewest; capacity is the most open leads a member may hold. At most 10,000 leads a call; each assignee is notified once. Answers {assigned, unassigned, results: [{id, assigned_to, reason}]}. Errors: 403 permission_denied, 404 campaign_not_found, 422 strategy_unknown, weights_required, weights_invalid, capacity_not_positive.';
revoke all on function public.auto_assign_leads(uuid, text, uuid[], jsonb, integer) from public, anon;
grant execute on function public.auto_assign_leads(uuid, text, uuid[], jsonb, integer) to authenticated;

-- supabase/schemas/leads/functions/bulk_assign_leads.sql

create or replace function public.bulk_assign_leads(
  lead_ids uuid[],
  assignee text,
  agency_id uuid default null
)
returns jsonb
language plpgsql
volatile
security definer -- leads have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(bulk_assign_leads.agency_id);
  v_assignee uuid;
  v_done uuid[];
  v_new uuid[];
begin
  perform private.require(v_agency, 'leads.assign');
  v_assignee := private.find_assignee(v_agency, bulk_assign_leads.assignee);
  select coalesce(array_agg(l.id), '{}'), array_agg(l.id) filter (where l.assigned_to is distinct from v_assignee)
    into v_done, v_new
    from private.bulk_leads(v_agency, bulk_assign_leads.lead_ids) as l;
  update public.leads as l
     set assigned_to = v_assignee, assigned_at = now(), assignment_reason = 'manual'
   where l.agency_id = v_agency and l.id = any (v_done);
  perform private.audit(v_agency, 'lead.bulk_assigned', null, null, jsonb_build_object(
    'lead_ids', v_done, 'assigned_to', v_assignee));
  perform private.notify_assignees(v_agency, v_new);
  return private.bulk_result(bulk_assign_leads.lead_ids, v_done);
end;
$$;

comment on function public.bulk_assign_leads(uuid[], text, uuid) is
  'Gives 1 to 100 leads to a member, who is notified once, and says for each whether it was done: {succeeded, failed, results: [{id, ok, code?, error?}]}. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, 422 assignee_not_found, assignee_may_not_hold_leads, bulk_size_out_of_range; for one id: lead_not_found.';
revoke all on function public.bulk_assign_leads(uuid[], text, uuid) from public, anon;
grant execute on function public.bulk_assign_leads(uuid[], text, uuid) to authenticated;

-- supabase/schemas/leads/functions/bulk_delete_leads.sql

create or replace function public.bulk_delete_leads(lead_ids uuid[], agency_id uuid default null)
returns jsonb
language plpgsql
volatile
security definer -- leads have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(bulk_delete_leads.agency_id);
  v_done uuid[];
begin
  perform private.require(v_agency, 'leads.bulk');
  perform private.require(v_agency, 'leads.delete');
  v_done := array(select l.id from private.bulk_leads(v_agency, bulk_delete_leads.lead_ids) as l);
  update public.leads as l
     set deleted_at = now()
   where l.agency_id = v_agency and l.id = any (v_done);
  perform private.audit(v_agency, 'lead.bulk_deleted', null, null, jsonb_build_object('lead_ids', v_done));
  return private.bulk_result(bulk_delete_leads.lead_ids, v_done);
end;
$$;

comment on function public.bulk_delete_leads(uuid[], uuid) is
  'Deletes 1 to 100 leads, softly, and says for each whether it was done: {succeeded, failed, results: [{id, ok, code?, error?}]}. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, 422 bulk_size_out_of_range; for one id: lead_not_found.';
revoke all on function public.bulk_delete_leads(uuid[], uuid) from public, anon;
grant execute on function public.bulk_delete_leads(uuid[], uuid) to authenticated;

-- supabase/schemas/leads/functions/bulk_leads.sql

create or replace function private.bulk_leads(agency_id uuid, lead_ids uuid[])
returns setof public.leads
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if coalesce(cardinality(bulk_leads.lead_ids), 0) not between 1 and 100 then
    raise exception using errcode = 'PT422', message = 'bulk_size_out_of_range',
      detail = 'A bulk call takes 1 to 100 ids.', hint = 'Send the rest in further calls.';
  end if;
  -- Locked in the order of their ids, as everything that takes several leads does.
  return query
    select l.*
      from public.leads as l
     where l.agency_id = bulk_leads.agency_id
       and l.id = any (bulk_leads.lead_ids)
       and l.deleted_at is null
     order by l.id
       for no key update;
end;
$$;

comment on function private.bulk_leads(uuid, uuid[]) is
  'The leads of a bulk call, locked; error 422 bulk_size_out_of_range.';

-- supabase/schemas/leads/functions/bulk_result.sql

create or replace function private.bulk_result(lead_ids uuid[], done uuid[], refused jsonb default '{}')
returns jsonb
language sql
stable
set search_path = ''
as $$
  with results as (
    select distinct on (i.id) i.n, i.id, i.id = any (bulk_result.done) as ok,
           coalesce(bulk_result.refused -> i.id::text, jsonb_build_object(
             'code', 'lead_not_found', 'error', 'No lead with this id is visible to you.')) as refusal
      from unnest(bulk_result.lead_ids) with ordinality as i (id, n)
     order by i.id, i.n
  )
  select jsonb_build_object(
    'succeeded', count(*) filter (where r.ok),
    'failed', count(*) filter (where not r.ok),
    'results', jsonb_agg(jsonb_build_object('id', r.id, 'ok', r.ok)
      || case when r.ok then '{}' else r.refusal end order by r.n)
  )
    from results as r
$$;

comment on function private.bulk_result(uuid[], uuid[], jsonb) is
  'What a bulk call answers, one result for each id: {succeeded, failed, results: [{id, ok, code?, error?}]}.';

-- supabase/schemas/leads/functions/bulk_update_lead_status.sql

create or replace function public.bulk_update_lead_status(
  lead_ids uuid[],
  status text,
  agency_id uuid default null
)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
as $$
  select public.bulk_update_leads(
    bulk_update_lead_status.lead_ids,
    jsonb_build_object('status', bulk_update_lead_status.status),
    bulk_update_lead_status.agency_id
  )
$$;

comment on function public.bulk_update_lead_status(uuid[], text, uuid) is
  'Moves 1 to 100 leads to a status: bulk_update_leads with nothing but that.';
revoke all on function public.bulk_update_lead_status(uuid[], text, uuid) from public, anon;
grant execute on function public.bulk_update_lead_status(uuid[], text, uuid) to authenticated;

-- supabase/schemas/leads/functions/bulk_update_leads.sql

create or replace function public.bulk_update_leads(
  lead_ids uuid[],
  changes jsonb,
  agency_id uuid default null
)
returns jsonb
language plpgsql
volatile
security definer -- leads have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(bulk_update_leads.agency_id);
  v_given private.parsed_lead;
  v_new private.lead_attributes;
  v_refused jsonb;
  v_done uuid[];
begin
  perform private.require(v_agency, 'leads.bulk');
  -- What tells leads apart is not set for many at once.
  perform private.require_keys(bulk_update_leads.changes,
    '{status,priority,title,website,city,country,industry,qualification_notes,tags}');
  v_given := private.parse_lead(bulk_update_leads.changes);
  v_new := v_given.attributes;

  with judged as (
    select l.id, l.status,
           v_new.status is null or v_new.status = l.status or exists (
             select from private.status_transitions as t
              where t.entity = 'leads' and t.from_status = l.status::text
                and t.to_status = v_new.status::text
           ) as ok
      from private.bulk_leads(v_agency, bulk_update_leads.lead_ids) as l
  )
  select coalesce(array_agg(j.id) filter (where j.ok), '{}'),
         coalesce(jsonb_object_agg(j.id, jsonb_build_object(
           'code', 'invalid_transition',
           'error', format('A lead cannot go from %s to %s.', j.status, v_new.status)
         )) filter (where not j.ok), '{}')
    into v_done, v_refused
    from judged as j;

  update public.leads as l
     set status = coalesce(v_new.status, l.status),
         priority = coalesce(v_new.priority, l.priority),
         title = case when 'title' = any (v_given.given) then v_new.title else l.title end,
         website = case when 'website' = any (v_given.given) then v_new.website else l.website end,
         city = case when 'city' = any (v_given.given) then v_new.city else l.city end,
         country = case when 'country' = any (v_given.given) then v_new.country else l.country end,
         industry = case when 'industry' = any (v_given.given) then v_new.industry else l.industry end,
         qualification_notes = case when 'qualification_notes' = any (v_given.given)
           then v_new.qualification_notes else l.qualification_notes end,
         tags = case when 'tags' = any (v_given.given) then coalesce(v_new.tags, '{}') else l.tags end,
         edited_fields = private.union_of(l.edited_fields, v_given.given)
   where l.agency_id = v_agency and l.id = any (v_done);
  perform private.audit(v_agency, 'lead.bulk_updated', null, null, jsonb_build_object(
    'lead_ids', v_done, 'changes', bulk_update_leads.changes));
  return private.bulk_result(bulk_update_leads.lead_ids, v_done, v_refused);
end;
$$;

comment on function public.bulk_update_leads(uuid[], jsonb, uuid) is
  'Changes status, priority, title, website, city, country, industry, qualification_notes or tags of 1 to 100 leads and says for each whether it was done: {succeeded, failed, results: [{id, ok, code?, error?}]}. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, 422 bulk_size_out_of_range, unknown_field, lead_invalid; for one id: lead_not_found, invalid_transition.';
revoke all on function public.bulk_update_leads(uuid[], jsonb, uuid) from public, anon;
grant execute on function public.bulk_update_leads(uuid[], jsonb, uuid) to authenticated;

-- supabase/schemas/leads/functions/call_export.sql

create or replace function public.call_export(arguments jsonb default '{}', procedure text default 'export_leads')
returns public."text/csv"
language plpgsql
volatile
security invoker -- the export runs as the caller, whose grants decide
set search_path = ''
as $$
#variable_conflict error
begin
  -- What makes no file is not called by this way, which keeps no Idempotency-Key.
  if not exists (
    select from pg_catalog.pg_proc as p
     where p.pronamespace = 'public'::regnamespace
       and p.proname = call_export.procedure
       and p.prorettype = 'public."text/csv"'::regtype
       and p.provolatile <> 'v'
  ) then
    raise exception using errcode = 'PT404', message = 'procedure_not_found',
      detail = format('No export is called %s.', call_export.procedure);
  end if;
  return private.answer_call(call_export.procedure, coalesce(call_export.arguments, '{}'), 'intensive', null) #>> '{}';
end;
$$;

comment on function public.call_export(jsonb, text) is
  'A procedure that makes a file (export_leads, export_job_rejects), called under the rate limits and answered as the file it is; errors come as the JSON of the Data API. Error of its own: 404 procedure_not_found.';
revoke all on function public.call_export(jsonb, text) from public;
grant execute on function public.call_export(jsonb, text) to anon, authenticated;

-- supabase/schemas/leads/functions/campaign_fields.sql

create or replace function private.campaign_fields()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select '{client_id,name,description,kind,starts_on,ends_on,budget_cents,currency,target_leads,goals,tags,metadata}'::text[]
$$;

comment on function private.campaign_fields() is 'What a caller may say about a campaign.';

-- supabase/schemas/leads/functions/create_campaign.sql

create or replace function public.create_campaign(
  name text,
  attributes jsonb default '{}',
  agency_id uuid default null
)
returns public.campaigns
language plpgsql
volatile
security definer -- campaigns have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(create_campaign.agency_id);
  v_campaign public.campaigns;
begin
  perform private.require(v_agency, 'campaigns.write');
  perform private.require_keys(create_campaign.attributes, private.campaign_fields());

  -- A key that says null is as good as none: the column's default holds.
  v_campaign := jsonb_populate_record(
    null::public.campaigns,
    '{"kind": "lead_gen", "currency": "USD", "goals": {}, "tags": [], "metadata": {}}'
      || (select coalesce(jsonb_object_agg(a.key, a.value), '{}')
            from jsonb_each(create_campaign.attributes) as a where a.value <> 'null')
      || jsonb_build_object('name', create_campaign.name)
  );
  insert into public.campaigns (
    agency_id, client_id, name, description, kind, starts_on, ends_on, budget_cents, currency,
    target_leads, goals, tags, metadata, created_by
  )
  values (
    v_agency, v_campaign.client_id, v_campaign.name, v_campaign.description, v_campaign.kind,
    v_campaign.starts_on, v_campaign.ends_on, v_campaign.budget_cents, v_campaign.currency,
    v_campaign.target_leads, v_campaign.goals, v_campaign.tags, v_campaign.metadata, private.uid()
  )
  returning * into v_campaign;
  perform private.audit(v_agency, 'campaign.created', v_campaign.id, null, to_jsonb(v_campaign));
  return v_campaign;
end;
$$;

comment on function public.create_campaign(text, jsonb, uuid) is
  'Makes a draft campaign. Attributes: client_id, description, kind, starts_on, ends_on, budget_cents, currency, target_leads, goals, tags, metadata. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, 422 unknown_field, and the named checks of campaigns.';
revoke all on function public.create_campaign(text, jsonb, uuid) from public, anon;
grant execute on function public.create_campaign(text, jsonb, uuid) to authenticated;

-- supabase/schemas/leads/functions/create_lead.sql

create or replace function public.create_lead(campaign_id uuid, attributes jsonb)
returns public.leads
language plpgsql
volatile
security definer -- leads have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_campaign public.campaigns := private.authorize_campaign(create_lead.campaign_id, 'leads.create');
  v_given private.parsed_lead := private.parse_lead(create_lead.attributes);
  v_key text := private.lead_identity((v_given).attributes);
  v_lead public.leads;
begin
  if v_key is null then
    raise exception using errcode = 'PT422', message = 'lead_needs_identity',
      detail = 'Nothing says who this lead is.',
      hint = 'Give an e-mail, a LinkedIn URL, a phone, or a company and a name.';
  end if;
  select l.* into v_lead
    from private.insert_leads(v_campaign, array[(v_given).attributes], (v_given).given) as l;
  if not found then
    raise exception using errcode = 'PT409', message = 'lead_exists',
      detail = 'The agency already has this lead.',
      hint = coalesce((
        select 'Its id is ' || l.id || '.'
          from public.leads as l
         where l.agency_id = v_campaign.agency_id and l.dedupe_key = v_key and l.deleted_at is null
           and private.may_with_lead(l, 'leads.read')
      ), 'It is not among the leads that you may see.');
  end if;
  perform private.audit(v_lead.agency_id, 'lead.created', v_lead.id, null, to_jsonb(v_lead));
  return v_lead;
end;
$$;

comment on function public.create_lead(uuid, jsonb) is
  'Adds a lead to a campaign. Attributes: the fields of private.lead_attributes (first_name, email, company, custom_fields …). Errors: 403 permission_denied, 404 campaign_not_found, 409 lead_exists, 422 lead_invalid or lead_needs_identity.';
revoke all on function public.create_lead(uuid, jsonb) from public, anon;
grant execute on function public.create_lead(uuid, jsonb) to authenticated;

-- supabase/schemas/leads/functions/csv_cell.sql

create or replace function private.csv_cell(value text)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  -- A spreadsheet runs a cell that begins like a formula: the apostrophe makes it text again.
  v_cell text := case when csv_cell.value ~ '^[=+\-@\t\r]' then '''' || csv_cell.value else csv_cell.value end;
begin
  if v_cell ~ '[",\r\n]' then
    return '"' || replace(v_cell, '"', '""') || '"';
  end if;
  return coalesce(v_cell, '');
end;
$$;

comment on function private.csv_cell(text) is
  'A value as a CSV cell (RFC 4180) that no spreadsheet takes for a formula.';

-- supabase/schemas/leads/functions/decode_cursor.sql

create or replace function private.decode_cursor(cursor text, out sort_value text, out id uuid)
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_base64 text := translate(decode_cursor.cursor, '-_', '+/');
  v_document jsonb;
begin
  if decode_cursor.cursor = '' then
    return;
  end if;
  v_document := convert_from(
    decode(rpad(v_base64, (ceil(length(v_base64) / 4.0) * 4)::integer, '='), 'base64'), 'UTF8')::jsonb;
  sort_value := v_document ->> 0;
  id := (v_document ->> 1)::uuid;
  if (sort_value, id) is not null then
    return;
  end if;
  raise data_exception;
exception
  when data_exception then
    raise exception using errcode = 'PT422', message = 'cursor_invalid',
      detail = 'This cursor was not made by an earlier page.',
      hint = 'Send the cursor as the page before told it, or an empty one for the first page.';
end;
$$;

comment on function private.decode_cursor(text) is
  'What private.encode_cursor packed; nulls for an empty cursor (the first page). Error 422 cursor_invalid.';

-- supabase/schemas/leads/functions/delete_campaign.sql

create or replace function public.delete_campaign(campaign_id uuid)
returns public.campaigns
language plpgsql
volatile
security definer -- campaigns have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_campaign public.campaigns := private.authorize_campaign(delete_campaign.campaign_id, 'campaigns.delete', true);
begin
  update public.campaigns as c
     set deleted_at = now()
   where c.agency_id = v_campaign.agency_id and c.id = v_campaign.id
  returning c.* into v_campaign;
  perform private.audit(v_campaign.agency_id, 'campaign.deleted', v_campaign.id);
  return v_campaign;
end;
$$;

comment on function public.delete_campaign(uuid) is
  'Takes a campaign out of every list and figure by name; its leads stay and still count for the agency. Errors: 403 permission_denied, 404 campaign_not_found.';
revoke all on function public.delete_campaign(uuid) from public, anon;
grant execute on function public.delete_campaign(uuid) to authenticated;

-- supabase/schemas/leads/functions/delete_lead.sql

create or replace function public.delete_lead(lead_id uuid)
returns public.leads
language plpgsql
volatile
security definer -- leads have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_lead public.leads := private.authorize_lead(delete_lead.lead_id, 'leads.delete', true);
begin
  update public.leads as l
     set deleted_at = now()
   where l.agency_id = v_lead.agency_id and l.id = v_lead.id
  returning l.* into v_lead;
  perform private.audit(v_lead.agency_id, 'lead.deleted', v_lead.id);
  return v_lead;
end;
$$;

comment on function public.delete_lead(uuid) is
  'Takes a lead out of every list and figure; restore_lead brings it back. Errors: 403 permission_denied, 404 lead_not_found.';
revoke all on function public.delete_lead(uuid) from public, anon;
grant execute on function public.delete_lead(uuid) to authenticated;

-- supabase/schemas/leads/functions/encode_cursor.sql

create or replace function private.encode_cursor(sort_value text, id uuid)
returns text
language sql
immutable
strict -- after the last page there is no cursor
set search_path = ''
as $$
  select translate(
    encode(convert_to(jsonb_build_array(sort_value, id)::text, 'UTF8'), 'base64'), E'+/=\n', '-_')
$$;

comment on function private.encode_cursor(text, uuid) is 'Where a page ended, as an opaque word safe in a URL.';

-- supabase/schemas/leads/functions/export_leads.sql

create or replace function public.export_leads(
  agency_id uuid default null,
  status text default null,
  priority text default null,
  campaign_id uuid default null,
  data_source_id uuid default null,
  scraping_job_id uuid default null,
  assigned_to uuid default null,
  grade text default null,
  min_score numeric default null,
  tag text default null,
  search text default null
)
returns public."text/csv"
language plpgsql
stable
security definer -- checks the permission once and filters by it, which lets every index be used
set search_path = ''
as $body$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(export_leads.agency_id);
  v_conditions text := private.lead_conditions(
    v_agency, export_leads.status, export_leads.priority, export_leads.campaign_id,
    export_leads.data_source_id, export_leads.scraping_job_id, export_leads.assigned_to, export_leads.grade, export_leads.min_score, export_leads.tag,
    export_leads.search);
  v_columns text[] := '{id,campaign_name,first_name,last_name,email,phone,company,title,website,linkedin_url,city,country,industry,status,priority,score,score_grade,qualification_score,assignee_email,tags,custom_fields,last_contacted_at,responded_at,qualified_at,converted_at,created_at}'::text[];
  v_cells text;
  v_lines text;
begin
  select string_agg(format(
           case c when 'tags' then $$private.csv_cell(array_to_string(t.%I, ', '))$$
             else 'private.csv_cell(t.%I::text)' end, c), ', ')
    into v_cells
    from unnest(v_columns) as c;
  execute format(
    $sql$select string_agg(concat_ws(',', %s), e'\r\n' order by t.created_at desc, t.id desc)
           from public.lead_details as t where %s$sql$,
    v_cells, v_conditions
  ) into v_lines;
  return concat_ws(e'\r\n', array_to_string(v_columns, ','), v_lines, '');
end;
$body$;

comment on function public.export_leads(uuid, text, text, uuid, uuid, uuid, uuid, text, numeric, text, text) is
  'The leads the caller may see, filtered as list_leads does, as one CSV text with a header line; the newest first; cells that begin like a formula are led by an apostrophe. Ask for it with `Accept: text/csv` (supabase-js: `.csv()`). Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, 422 lead_status_unknown, lead_priority_unknown.';
revoke all on function public.export_leads(uuid, text, text, uuid, uuid, uuid, uuid, text, numeric, text, text) from public, anon;
grant execute on function public.export_leads(uuid, text, text, uuid, uuid, uuid, uuid, text, numeric, text, text) to authenticated;

-- supabase/schemas/leads/functions/fill_document.sql

create or replace function private.fill_document(base jsonb, addition jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
begin
  return fill_document.base || (
    select coalesce(jsonb_object_agg(a.key, case when a.both_are_objects then o.merged else a.value end), '{}')
      from (
        select e.key, e.value, b.value as said,
               coalesce(jsonb_typeof(b.value) = 'object' and jsonb_typeof(e.value) = 'object', false) as both_are_objects
          from jsonb_each(fill_document.addition) as e
         cross join lateral (select fill_document.base -> e.key) as b (value)
      ) as a
     cross join lateral (select case when a.both_are_objects then a.value || a.said end) as o (merged)
     where a.value <> 'null'
       and (a.both_are_objects or coalesce(a.said, 'null') in ('null', '[]'))
       -- However often an import adds keys, a document keeps the limit of one that is written.
       and (pg_column_size(o.merged) <= 65536) is not false);
end;
$$;

comment on function private.fill_document(jsonb, jsonb) is
  'The base with its gaps filled from the addition, one level into objects; what the base says stays, and an object that would grow beyond 64 KB as a whole.';

create or replace aggregate private.fill_documents(jsonb) (
  sfunc = private.fill_document,
  stype = jsonb,
  initcond = '{}'
);
comment on aggregate private.fill_documents(jsonb) is
  'Several documents as one: of what is said about a key, the first stands.';

-- supabase/schemas/leads/functions/fill_leads.sql

create or replace function private.fill_leads(agency_id uuid, attributes private.lead_attributes[])
returns integer
language plpgsql
volatile
security invoker
set search_path = ''
-- Thousands of rows meet an agency of any size: a plan made for a small one would compare each with
-- each. Planned anew the keys go through an index, and what is left to join is hashed.
set plan_cache_mode = 'force_custom_plan'
set enable_nestloop = 'off'
as $$
#variable_conflict error
declare
  v_keys text[] := array(
    select distinct private.lead_identity(a) from unnest(fill_leads.attributes) as a
  );
  v_filled integer;
begin
  with additions as (
    -- Where a lead stands and when it got there is not an import's to say of a lead we have.
    select private.lead_identity(a.attributes) as identity,
           private.fill_documents(
             to_jsonb(a.attributes)
               - '{status,priority,last_contacted_at,responded_at,qualified_at,converted_at}'::text[]
             order by a.n
           ) as document
      from (
        select u as attributes, row_number() over () as n from unnest(fill_leads.attributes) as u
      ) as a
     group by 1
  ), locked as (
    select l.*
      from public.leads as l
     where l.agency_id = fill_leads.agency_id
       and l.dedupe_key = any (v_keys)
       and l.deleted_at is null
     order by l.id
       for no key update
  ), filled as (
    select l.id, to_jsonb(l) as before,
           private.fill_document(to_jsonb(l), d.document - l.edited_fields
             -- Whom the name identifies keeps it: a first name filled in would make another person.
             - case when l.dedupe_key like 'name:%' then '{first_name,last_name}' else '{}' end::text[]
           ) as after
      from locked as l
      join additions as d on d.identity = l.dedupe_key
  ), changed as (
    update public.leads as l
       set first_name = a.first_name,
           last_name = a.last_name,
           phone = a.phone,
           company = a.company,
           title = a.title,
           website = a.website,
           linkedin_url = a.linkedin_url,
           city = a.city,
           country = a.country,
           industry = a.industry,
           qualification_notes = a.qualification_notes,
           contact = a.contact,
           company_data = a.company_data,
           source_data = a.source_data,
           custom_fields = a.custom_fields,
           tags = a.tags
      from filled as f
     cross join lateral jsonb_populate_record(null::private.lead_attributes, f.after) as a
     where l.agency_id = fill_leads.agency_id
       and l.dedupe_key = any (v_keys)
       and l.deleted_at is null
       and l.id = f.id
       and f.after <> f.before
    returning l.id
  )
  select count(*) into v_filled from changed;
  return v_filled;
end;
$$;

comment on function private.fill_leads(uuid, private.lead_attributes[]) is
  'Fills the empty fields of leads the agency has and merges their documents; what is there, and what a person has edited, stays. Returns how many leads gained something.';

-- supabase/schemas/leads/functions/find_assignee.sql

create or replace function private.find_assignee(agency_id uuid, assignee text)
returns uuid
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid;
begin
  if pg_input_is_valid(find_assignee.assignee, 'uuid') then
    select m.user_id into v_user
      from public.memberships as m
     where m.agency_id = find_assignee.agency_id
       and m.status = 'active'
       and m.user_id = find_assignee.assignee::uuid;
  else
    select m.user_id into v_user
      from public.memberships as m
      join public.profiles as p on p.id = m.user_id
     where m.agency_id = find_assignee.agency_id
       and m.status = 'active'
       and p.email operator(extensions.=) find_assignee.assignee::extensions.citext;
  end if;
  if not found then
    raise exception using errcode = 'PT422', message = 'assignee_not_found',
      detail = 'The agency has no active member with this id or e-mail address.',
      hint = 'List the members of the agency.';
  end if;
  if not exists (
    select from private.effective_permissions as e
     where e.agency_id = find_assignee.agency_id and e.user_id = v_user
       and e.permissions @> '{leads.write_assigned}'
  ) then
    raise exception using errcode = 'PT422', message = 'assignee_may_not_hold_leads',
      detail = 'This member has no role that may work leads.',
      hint = 'Give them the role sales, or choose someone else.';
  end if;
  return v_user;
end;
$$;

comment on function private.find_assignee(uuid, text) is
  'The active member of that id or e-mail who may hold leads; errors 422 assignee_not_found, assignee_may_not_hold_leads.';

-- supabase/schemas/leads/functions/fold.sql

create or replace function private.fold(batch_size integer default 50000)
returns bigint
language plpgsql
volatile
security definer -- the schedule that calls it owns nothing
set search_path = ''
as $$
#variable_conflict error
declare
  v_folded bigint;
begin
  -- One folder at a time; another call has nothing to add to it.
  if not pg_try_advisory_xact_lock(hashtext('private.fold')) then
    return 0;
  end if;
  with batch as (
    delete from private.lead_metric_deltas as d
     where d.id in (
       select o.id from private.lead_metric_deltas as o order by o.id limit fold.batch_size
     )
    returning d.*
  ), cells as (
    select b.agency_id, s.scope_id, s.day, b.status, b.stage,
           coalesce(sum(b.leads) filter (where b.grade = 'A'), 0) as grade_a,
           coalesce(sum(b.leads) filter (where b.grade = 'B'), 0) as grade_b,
           coalesce(sum(b.leads) filter (where b.grade = 'C'), 0) as grade_c,
           coalesce(sum(b.leads) filter (where b.grade = 'D'), 0) as grade_d,
           coalesce(sum(b.leads) filter (where b.grade = 'F'), 0) as grade_f,
           sum(b.score_sum) as score_sum
      from batch as b
     cross join lateral (values
       (b.campaign_id, b.day), (b.campaign_id, '-infinity'::date),
       (b.agency_id, b.day), (b.agency_id, '-infinity'::date)
     ) as s (scope_id, day)
     group by b.agency_id, s.scope_id, s.day, b.status, b.stage
  ), merged as (
    insert into private.lead_metrics as m (agency_id, scope_id, day, status, stage,
      grade_a, grade_b, grade_c, grade_d, grade_f, score_sum)
    select c.agency_id, c.scope_id, c.day, c.status, c.stage,
           c.grade_a, c.grade_b, c.grade_c, c.grade_d, c.grade_f, c.score_sum
      from cells as c
     where (c.grade_a, c.grade_b, c.grade_c, c.grade_d, c.grade_f, c.score_sum) <> (0, 0, 0, 0, 0, 0)
    on conflict (agency_id, scope_id, day, status, stage) do update
       set grade_a = m.grade_a + excluded.grade_a, grade_b = m.grade_b + excluded.grade_b,
           grade_c = m.grade_c + excluded.grade_c, grade_d = m.grade_d + excluded.grade_d,
           grade_f = m.grade_f + excluded.grade_f, score_sum = m.score_sum + excluded.score_sum
  )
  select count(*) into v_folded from batch;
  return v_folded;
end;
$$;

comment on function private.fold(integer) is
  'Merges a batch of deltas into the rollup in one statement, so that every snapshot sees each delta exactly once; returns how many. Called by the schedule.';

-- supabase/schemas/leads/functions/get_campaign.sql

create or replace function public.get_campaign(campaign_id uuid)
returns public.campaign_summary
language plpgsql
stable
security definer -- the helpers that authorise are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_campaign public.campaigns := private.authorize_campaign(get_campaign.campaign_id, 'campaigns.read');
  v_summary public.campaign_summary;
begin
  select s.* into v_summary
    from public.campaign_summary as s
   where s.agency_id = v_campaign.agency_id and s.id = v_campaign.id;
  if private.can(v_campaign.agency_id, 'analytics.read') then
    return v_summary;
  end if;
  return jsonb_populate_record(v_summary,
    private.own_figures(v_campaign.agency_id, jsonb_build_array(v_summary)) -> 0);
end;
$$;

comment on function public.get_campaign(uuid) is
  'A campaign with its client''s name and its leads in all, qualified and converted, as far as the caller sees figures. Errors: 401 not_signed_in, 404 campaign_not_found.';
revoke all on function public.get_campaign(uuid) from public, anon;
grant execute on function public.get_campaign(uuid) to authenticated;

-- supabase/schemas/leads/functions/get_campaign_as_of.sql

create or replace function public.get_campaign_as_of(campaign_id uuid, at timestamptz)
returns public.campaigns
language plpgsql
stable
security definer -- history is nobody's to read past the right to the campaign
set search_path = ''
as $$
#variable_conflict error
declare
  v_campaign public.campaigns := private.authorize_campaign(
    get_campaign_as_of.campaign_id, 'campaigns.read', deleted => null);
  v_created_at timestamptz := v_campaign.created_at;
begin
  v_campaign := jsonb_populate_record(v_campaign, private.row_as_of(
    v_campaign.agency_id, 'campaigns', to_jsonb(v_campaign), get_campaign_as_of.at));
  if (get_campaign_as_of.at >= v_created_at and v_campaign.deleted_at is null) is not true then
    raise exception using errcode = 'PT404', message = 'campaign_not_found',
      detail = 'At that moment there was no such campaign.', hint = 'Ask for a moment at which the campaign was there.';
  end if;
  return v_campaign;
end;
$$;

comment on function public.get_campaign_as_of(uuid, timestamptz) is
  'A campaign as it was at a moment, without its figures, for whoever may see it today. Errors: 401 not_signed_in, 404 campaign_not_found, also where there was none then.';
revoke all on function public.get_campaign_as_of(uuid, timestamptz) from public, anon;
grant execute on function public.get_campaign_as_of(uuid, timestamptz) to authenticated;

-- supabase/schemas/leads/functions/get_lead.sql

create or replace function public.get_lead(lead_id uuid)
returns public.lead_details
language plpgsql
stable
security definer -- the helpers that authorise are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_lead public.leads := private.authorize_lead(get_lead.lead_id, 'leads.read');
  v_details public.lead_details;
begin
  select d.* into v_details
    from public.lead_details as d
   where d.agency_id = v_lead.agency_id and d.id = v_lead.id;
  return v_details;
end;
$$;

comment on function public.get_lead(uuid) is
  'A lead with the names of its campaign and assignee. Errors: 401 not_signed_in, 404 lead_not_found.';
revoke all on function public.get_lead(uuid) from public, anon;
grant execute on function public.get_lead(uuid) to authenticated;

-- supabase/schemas/leads/functions/get_lead_as_of.sql

create or replace function public.get_lead_as_of(lead_id uuid, at timestamptz)
returns public.lead_details
language plpgsql
stable
security definer -- history is nobody's to read past the right to the lead
set search_path = ''
as $$
#variable_conflict error
declare
  v_lead public.leads := private.authorize_lead(get_lead_as_of.lead_id, 'leads.read', deleted => null);
  v_campaign public.campaigns;
  v_then jsonb;
  v_details public.lead_details;
begin
  v_then := private.row_as_of(v_lead.agency_id, 'leads', to_jsonb(v_lead), get_lead_as_of.at);
  if (get_lead_as_of.at >= v_lead.created_at and v_then ->> 'deleted_at' is null) is not true then
    raise exception using errcode = 'PT404', message = 'lead_not_found',
      detail = 'At that moment there was no such lead.', hint = 'Ask for a moment at which the lead was there.';
  end if;
  select c.* into v_campaign
    from public.campaigns as c
   where c.agency_id = v_lead.agency_id and c.id = (v_then ->> 'campaign_id')::uuid;
  v_details := jsonb_populate_record(v_details, v_then || jsonb_build_object(
    'campaign_name', private.row_as_of(
      v_lead.agency_id, 'campaigns', to_jsonb(v_campaign), get_lead_as_of.at) -> 'name',
    'client_id', private.row_as_of(
      v_lead.agency_id, 'campaigns', to_jsonb(v_campaign), get_lead_as_of.at) -> 'client_id'));
  select p.email, p.full_name into v_details.assignee_email, v_details.assignee_name
    from public.profiles as p where p.id = v_details.assigned_to;
  return v_details;
end;
$$;

comment on function public.get_lead_as_of(uuid, timestamptz) is
  'What get_lead read at a moment, for whoever may see the lead today; the assignee''s name is today''s. Exact to the statement: a change counts from its own moment, a little before its commit. Errors: 401 not_signed_in, 404 lead_not_found, also where there was none then.';
revoke all on function public.get_lead_as_of(uuid, timestamptz) from public, anon;
grant execute on function public.get_lead_as_of(uuid, timestamptz) to authenticated;

-- supabase/schemas/leads/functions/import_leads.sql

create or replace function public.import_leads(campaign_id uuid, rows jsonb)
returns jsonb
language plpgsql
volatile
security definer -- leads have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_campaign public.campaigns := private.authorize_campaign(import_leads.campaign_id, 'leads.create');
  v_size integer;
  v_result jsonb;
begin
  if jsonb_typeof(import_leads.rows) is distinct from 'array' then
    raise exception using errcode = 'PT422', message = 'rows_not_a_list',
      detail = 'An import is a list of rows.';
  end if;
  v_size := jsonb_array_length(import_leads.rows);
  if v_size not between 1 and 10000 then
    raise exception using errcode = 'PT422', message = 'import_size_out_of_range',
      detail = format('An import takes 1 to 10,000 rows; this one has %s.', v_size),
      hint = 'Send the rows in several imports.';
  end if;

  v_result := private.import_rows(v_campaign, import_leads.rows);
  perform private.audit(v_campaign.agency_id, 'lead.imported', null, null,
    v_result - 'errors' || jsonb_build_object('campaign_id', v_campaign.id));
  return v_result;
end;
$$;

comment on function public.import_leads(uuid, jsonb) is
  'Puts 1 to 10,000 rows into a campaign: new leads are created, rows about leads the agency has fill their gaps, bad rows are left out and named. Every row counts once: {created, updated, duplicate, rejected, errors: [{row, field, reason}]} (rows count from 1; the first 1,000 errors). Errors: 403 permission_denied, 404 campaign_not_found, 422 rows_not_a_list, import_size_out_of_range.';
revoke all on function public.import_leads(uuid, jsonb) from public, anon;
grant execute on function public.import_leads(uuid, jsonb) to authenticated;

-- supabase/schemas/leads/functions/import_rows.sql

create or replace function private.import_rows(
  campaign public.campaigns,
  rows jsonb,
  data_source_id uuid default null,
  scraping_job_id uuid default null
)
returns jsonb
language plpgsql
volatile
security invoker -- called by definers that have authorised
set search_path = ''
as $$
#variable_conflict error
declare
  v_first private.lead_attributes[];
  v_repeated private.lead_attributes[];
  v_created text[];
  v_rejected integer;
  v_errors jsonb;
  v_updated integer := 0;
begin
  with judged as (
    select r.n, r.attributes, i.identity,
           coalesce(r.errors, case when i.identity is null then jsonb_build_array(
             jsonb_build_object('row', r.n, 'field', 'email',
               'reason', 'is missing, and so is any other identity: a LinkedIn URL, a phone, or a company and a name'))
           end) as errors
      from private.parse_lead_rows(import_rows.rows) as r
     cross join lateral (
       -- Compared byte by byte, which needs a fraction of what a language's order does.
       select private.dedupe_key((r.attributes).email, (r.attributes).linkedin_url,
         (r.attributes).phone, (r.attributes).company, (r.attributes).first_name,
         (r.attributes).last_name) collate "C"
        offset 0
     ) as i (identity)
  ), ranked as (
    select j.*,
           row_number() over (partition by j.errors is null, j.identity order by j.n) as occurrence
      from judged as j
  )
  -- The new ones go in by the order of their identity: imports that meet wait for each other in one order.
  select array_agg(k.attributes order by k.identity) filter (where k.errors is null and k.occurrence = 1),
         array_agg(k.attributes order by k.n) filter (where k.errors is null and k.occurrence > 1),
         count(*) filter (where k.errors is not null),
         jsonb_agg(k.errors order by k.n) filter (where k.errors is not null)
    into v_first, v_repeated, v_rejected, v_errors
    from ranked as k;

  perform private.lock_identities((campaign).agency_id, false);
  -- The first row about a lead creates it; where the lead was there, and from rows that repeat it,
  -- only its gaps are filled.
  v_created := array(select l.dedupe_key from private.insert_leads(
    import_rows.campaign, v_first, '{}', import_rows.data_source_id, import_rows.scraping_job_id) as l);
  if cardinality(v_created) < cardinality(v_first) or v_repeated is not null then
    v_updated := private.fill_leads((campaign).agency_id, array(
      select f from unnest(v_first) as f
       where private.lead_identity(f) not in (select unnest(v_created))
    ) || v_repeated);
  end if;

  return jsonb_build_object(
    'created', cardinality(v_created),
    'updated', v_updated,
    'duplicate', jsonb_array_length(import_rows.rows) - v_rejected - cardinality(v_created) - v_updated,
    'rejected', v_rejected,
    'errors', (
      select coalesce(jsonb_agg(e.error), '[]')
        from (
          select error
            from jsonb_array_elements(v_errors) as of_row (errors),
                 jsonb_array_elements(of_row.errors) as error
           limit 1000
        ) as e
    )
  );
end;
$$;

comment on function private.import_rows(public.campaigns, jsonb, uuid, uuid) is
  'The one way rows become leads, for import_leads and for jobs: new ones are created (with where they came from), rows about leads the agency has fill their gaps, bad rows are left out and named. {created, updated, duplicate, rejected, errors: [{row, field, reason}]}; rows count from 1, the first 1,000 errors are told.';

-- supabase/schemas/leads/functions/insert_leads.sql

create or replace function private.insert_leads(
  campaign public.campaigns,
  attributes private.lead_attributes[],
  edited_fields text[] default '{}',
  data_source_id uuid default null,
  scraping_job_id uuid default null
)
returns setof public.leads
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict error
begin
  return query
    insert into public.leads (
      agency_id, campaign_id, data_source_id, scraping_job_id, first_name, last_name, email, phone,
      company, title, website, linkedin_url, city, country, industry, status, priority, qualification_notes, contact,
      company_data, source_data, custom_fields, tags, last_contacted_at, responded_at,
      qualified_at, converted_at, edited_fields
    )
    select (campaign).agency_id, (campaign).id, insert_leads.data_source_id,
           insert_leads.scraping_job_id, g.first_name, g.last_name, g.email, g.phone, g.company,
           g.title, g.website, g.linkedin_url, g.city, g.country, g.industry,
           coalesce(g.status, 'new'), coalesce(g.priority, 'medium'), g.qualification_notes,
           coalesce(g.contact, '{}'), coalesce(g.company_data, '{}'), coalesce(g.source_data, '{}'),
           coalesce(g.custom_fields, '{}'), coalesce(g.tags, '{}'), g.last_contacted_at,
           g.responded_at, g.qualified_at, g.converted_at, insert_leads.edited_fields
      from unnest(insert_leads.attributes) as g
    on conflict (agency_id, dedupe_key) where deleted_at is null do nothing
    returning *;
end;
$$;

comment on function private.insert_leads(public.campaigns, private.lead_attributes[], text[], uuid, uuid) is
  'Adds the leads that are not there yet, in the order given, and returns just these.';

-- supabase/schemas/leads/functions/lead_conditions.sql

create or replace function private.lead_conditions(
  agency_id uuid,
  status text,
  priority text,
  campaign_id uuid,
  data_source_id uuid,
  scraping_job_id uuid,
  assigned_to uuid,
  grade text,
  min_score numeric,
  tag text,
  search text
)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := lead_conditions.agency_id;
  v_query text := private.search_query(lead_conditions.search)::text;
  v_filters text[] := array[format('t.agency_id = %L and t.deleted_at is null', v_agency)];
begin
  -- What does not apply makes its clause null, and array_to_string leaves nulls out.
  if not private.can(v_agency, 'leads.read') then
    perform private.require(v_agency, 'leads.read', 'leads.read_assigned', 'leads.read_client');
    v_filters := v_filters || format('(%s)', array_to_string(array[
      'false',
      case when private.can(v_agency, 'leads.read_assigned') then format('t.assigned_to = %L', private.uid()) end,
      't.campaign_id = any (' || quote_literal(nullif(private.own_campaigns('leads.read_client'), '{}')) || ')'
    ], ' or '));
  end if;

  if not pg_input_is_valid(lead_conditions.status, 'public.lead_status') then
    raise exception using errcode = 'PT422', message = 'lead_status_unknown',
      detail = format('There is no lead status %s.', lead_conditions.status),
      hint = 'One of new, contacted, responded, qualified, converted, rejected.';
  end if;
  if not pg_input_is_valid(lead_conditions.priority, 'public.lead_priority') then
    raise exception using errcode = 'PT422', message = 'lead_priority_unknown',
      detail = format('There is no lead priority %s.', lead_conditions.priority),
      hint = 'One of low, medium, high, urgent.';
  end if;
  v_filters := v_filters || array[
    't.status = ' || quote_literal(lead_conditions.status),
    't.priority = ' || quote_literal(lead_conditions.priority),
    't.campaign_id = ' || quote_literal(lead_conditions.campaign_id),
    't.data_source_id = ' || quote_literal(lead_conditions.data_source_id),
    't.scraping_job_id = ' || quote_literal(lead_conditions.scraping_job_id),
    't.assigned_to = ' || quote_literal(lead_conditions.assigned_to),
    't.score_grade = ' || quote_literal(upper(lead_conditions.grade)),
    't.score >= ' || quote_literal(lead_conditions.min_score),
    't.tags @> array[' || quote_literal(lead_conditions.tag) || ']',
    't.id in (select s.id from public.leads as s where s.agency_id = ' || quote_literal(v_agency)
      || ' and s.search @@ ' || quote_literal(v_query) || '::tsquery)'
  ];
  return array_to_string(v_filters, ' and ');
end;
$$;

comment on function private.lead_conditions(uuid, text, text, uuid, uuid, uuid, uuid, text, numeric, text, text) is
  'The where clause of a list of leads: the caller''s scope and the filters given, over lead_details as t. Errors: 403 permission_denied, 422 lead_status_unknown, lead_priority_unknown.';

-- supabase/schemas/leads/functions/lead_history.sql

create or replace function public.lead_history(lead_id uuid)
returns table (at timestamptz, actor jsonb, action text, changes jsonb)
language plpgsql
stable
security definer -- history is nobody's to read past the right to the lead
set search_path = ''
as $$
#variable_conflict error
declare
  v_lead public.leads := private.authorize_lead(lead_history.lead_id, 'leads.read', deleted => null);
  v_now jsonb := to_jsonb(v_lead);
begin
  return query
  with fields as (
    -- Once per call and field, however many statements of the call changed it.
    select distinct on (c.event_id, b.key) c.event_id, c.id, b.key, b.value
      from private.row_changes as c
     cross join lateral jsonb_each(c.before) as b
     where c.agency_id = v_lead.agency_id and c.entity_id = v_lead.id and c.entity = 'leads'
       and b.key <> 'updated_at'
     order by c.event_id, b.key, c.id
  ), moves as (
    select f.event_id, f.key, f.value as was,
           -- What a call made of a field is what the next one found.
           case when lead(f.id) over following is null then v_now -> f.key else lead(f.value) over following end as became
      from fields as f
    window following as (partition by f.key order by f.id)
  ), changed as (
    select m.event_id,
           jsonb_object_agg(m.key, jsonb_build_object('from', m.was, 'to', m.became))
             filter (where m.was <> m.became) as changes
      from moves as m
     group by m.event_id
  ), moments as (
    select c.event_id, max(c.at) as at
      from private.row_changes as c
     where c.agency_id = v_lead.agency_id and c.entity_id = v_lead.id and c.entity = 'leads'
     group by c.event_id
  ), origin as (
    -- A lead comes by itself or with an import, whose event is of the lead's very transaction.
    select a.id
      from public.audit_log as a
     where a.agency_id = v_lead.agency_id and a.at = v_lead.created_at
       and (a.entity_id = v_lead.id and a.action = 'lead.created'
         or a.action = 'lead.imported' and a.after ->> 'campaign_id' = v_lead.campaign_id::text)
     order by a.id
     limit 1
  ), events as (
    select m.event_id, m.at, c.changes from moments as m left join changed as c on c.event_id = m.event_id
    union all
    select a.id, a.at, null
      from public.audit_log as a
     where a.agency_id = v_lead.agency_id
       and (a.entity = 'lead' and a.entity_id = v_lead.id
         or a.at = v_lead.created_at and a.id in (select o.id from origin as o))
       and a.id not in (select m.event_id from moments as m)
  )
  select e.at,
         jsonb_build_object('type', coalesce(a.actor_type, 'system'), 'id', a.actor_id, 'name',
           coalesce(p.full_name, p.email::text, k.name)),
         coalesce(a.action, 'lead.changed'),
         coalesce(e.changes, '{}')
    from events as e
    left join public.audit_log as a on a.agency_id = v_lead.agency_id and a.id = e.event_id
    left join public.profiles as p on a.actor_type = 'user' and p.id = a.actor_id
    left join public.api_keys as k
      on a.actor_type = 'api_key' and k.agency_id = a.agency_id and k.id = a.actor_id
   order by e.at desc, e.event_id desc;
end;
$$;

comment on function public.lead_history(uuid) is
  'What happened to a lead, the newest first: when, by whom ({type: user, api_key or system, id, name}), by which action, and {field: {from, to}}; changes by imports, bulk calls and scoring too. Errors: 401 not_signed_in, 404 lead_not_found.';
revoke all on function public.lead_history(uuid) from public, anon;
grant execute on function public.lead_history(uuid) to authenticated;

-- supabase/schemas/leads/functions/lead_identity.sql

create or replace function private.lead_identity(attributes private.lead_attributes)
returns text
language plpgsql
immutable
set search_path = ''
as $$
#variable_conflict error
begin
  return private.dedupe_key((attributes).email, (attributes).linkedin_url, (attributes).phone,
    (attributes).company, (attributes).first_name, (attributes).last_name);
end;
$$;

comment on function private.lead_identity(private.lead_attributes) is
  'The dedupe key these attributes give a lead; null where they name nobody.';

-- supabase/schemas/leads/functions/lead_name.sql

create or replace function private.lead_name(lead public.leads)
returns text
language plpgsql
immutable
set search_path = ''
as $$
#variable_conflict error
begin
  return left(regexp_replace(coalesce(
    nullif(trim(concat_ws(' ', (lead).first_name, (lead).last_name)), ''),
    (lead).company, (lead).email::text, (lead).phone, (lead).linkedin_url, 'A lead'), '\s+', ' ', 'g'), 120);
end;
$$;

comment on function private.lead_name(public.leads) is 'What a lead is called in a sentence: one line, at most 120 characters.';

-- supabase/schemas/leads/functions/lead_totals.sql

create or replace function private.lead_totals(
  agency_id uuid,
  scope_ids uuid[],
  assigned_to uuid default null,
  campaign_id uuid default null,
  since date default null,
  until date default null
)
returns jsonb
language plpgsql
stable
security definer -- reads the rollup for procedures that have authorised the scope
set search_path = ''
-- Planned for each range and scope anew, it would take longer than it reads.
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict error
declare
  v_totals jsonb;
begin
  with cells as (
    select n.status, n.stage, n.leads, n.grade_a, n.grade_b, n.grade_c, n.grade_d, n.grade_f, n.score_sum
      from private.lead_metrics_now as n
     where n.agency_id = lead_totals.agency_id
       and n.scope_id = any (lead_totals.scope_ids)
       and n.day between coalesce(lead_totals.since, '-infinity') and coalesce(lead_totals.until, '-infinity')
    union all
    select l.status, private.lead_stage(l.status, l.last_contacted_at, l.responded_at, l.qualified_at,
             l.converted_at),
           1, (l.score_grade = 'A')::integer, (l.score_grade = 'B')::integer, (l.score_grade = 'C')::integer,
           (l.score_grade = 'D')::integer, (l.score_grade = 'F')::integer, l.score
      from public.leads as l
     where l.agency_id = lead_totals.agency_id
       and l.assigned_to = lead_totals.assigned_to
       -- What lies in a scope is counted there.
       and l.campaign_id <> all (lead_totals.scope_ids)
       and (lead_totals.campaign_id is null or l.campaign_id = lead_totals.campaign_id)
       and l.deleted_at is null
       and (lead_totals.since is null
         or (l.created_at at time zone 'UTC')::date between lead_totals.since and lead_totals.until)
  ), sums as (
    select coalesce(sum(c.leads), 0) as total,
           coalesce(sum(c.leads) filter (where c.status = 'new'), 0) as new,
           coalesce(sum(c.leads) filter (where c.status = 'contacted'), 0) as contacted,
           coalesce(sum(c.leads) filter (where c.status = 'responded'), 0) as responded,
           coalesce(sum(c.leads) filter (where c.status = 'qualified'), 0) as qualified,
           coalesce(sum(c.leads) filter (where c.status = 'converted'), 0) as converted,
           coalesce(sum(c.leads) filter (where c.status = 'rejected'), 0) as rejected,
           coalesce(sum(c.leads) filter (where c.stage >= 1), 0) as reached_contacted,
           coalesce(sum(c.leads) filter (where c.stage >= 2), 0) as reached_responded,
           coalesce(sum(c.leads) filter (where c.stage >= 3), 0) as reached_qualified,
           coalesce(sum(c.grade_a), 0) as a,
           coalesce(sum(c.grade_b), 0) as b,
           coalesce(sum(c.grade_c), 0) as c,
           coalesce(sum(c.grade_d), 0) as d,
           coalesce(sum(c.grade_f), 0) as f,
           sum(c.score_sum) as score_sum
      from cells as c
  )
  select jsonb_build_object(
           'total', s.total, 'new', s.new, 'contacted', s.contacted, 'responded', s.responded,
           'qualified', s.qualified, 'converted', s.converted, 'rejected', s.rejected,
           'reached', jsonb_build_object('contacted', s.reached_contacted,
             'responded', s.reached_responded, 'qualified', s.reached_qualified,
             'converted', s.converted),
           'grades', jsonb_build_object('A', s.a, 'B', s.b, 'C', s.c, 'D', s.d, 'F', s.f),
           'average_score', round(s.score_sum / nullif(s.total, 0), 2),
           'conversion_rate', round(s.converted / nullif(s.total, 0), 4),
           'response_rate', round(s.reached_responded / nullif(s.reached_contacted, 0), 4),
           'qualification_rate', round(s.reached_qualified / nullif(s.total, 0), 4)
         )
    into v_totals
    from sums as s;
  return v_totals;
end;
$$;

comment on function private.lead_totals(uuid, uuid[], uuid, uuid, date, date) is
  'The totals object of every figure: counts by status, how many reached each stage, grades, average score, rates (null with nothing below the line). Of the scopes, plus the other leads of one assignee (in one campaign); of leads created from since until until, or of all.';

-- supabase/schemas/leads/functions/list_campaigns.sql

create or replace function public.list_campaigns(
  agency_id uuid default null,
  status text default null,
  client_id uuid default null,
  search text default null,
  page integer default 1,
  page_size integer default 20,
  sort_by text default 'created_at',
  sort_order text default 'desc',
  cursor text default null
)
returns jsonb
language plpgsql
stable
security definer -- checks the permission once and filters by it, which lets every index be used
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(list_campaigns.agency_id);
  v_conditions text := format('t.agency_id = %L', v_agency);
  v_page jsonb;
begin
  perform private.require(v_agency, 'campaigns.read', 'campaigns.read_client');
  if not private.can(v_agency, 'campaigns.read') then
    v_conditions := v_conditions
      || format(' and t.client_id = any (%L::uuid[])', private.own_clients('campaigns.read_client'));
  end if;
  if list_campaigns.status is not null then
    if not pg_input_is_valid(list_campaigns.status, 'public.campaign_status') then
      raise exception using errcode = 'PT422', message = 'campaign_status_unknown',
        detail = format('There is no campaign status %s.', list_campaigns.status),
        hint = 'One of draft, active, paused, completed, archived.';
    end if;
    v_conditions := v_conditions || format(' and t.status = %L', list_campaigns.status);
  end if;
  if list_campaigns.client_id is not null then
    v_conditions := v_conditions || format(' and t.client_id = %L', list_campaigns.client_id);
  end if;
  if list_campaigns.search is not null then
    v_conditions := v_conditions || format(
      ' and strpos(lower(concat_ws('' '', t.name, t.description, t.client_name)), lower(%L)) > 0',
      list_campaigns.search);
  end if;
  v_page := private.page_of(
    'public.campaign_summary', v_conditions, '{created_at,updated_at,name,status}',
    list_campaigns.page, list_campaigns.page_size, list_campaigns.sort_by,
    list_campaigns.sort_order, list_campaigns.cursor);
  if private.can(v_agency, 'analytics.read') then
    return v_page;
  end if;
  return v_page || jsonb_build_object('items', private.own_figures(v_agency, v_page -> 'items'));
end;
$$;

comment on function public.list_campaigns(uuid, text, uuid, text, integer, integer, text, text, text) is
  'A page of campaign_summary rows: {items, total}, or with a cursor (empty for the first page) {items, next_cursor}. Search looks into name, description and client. Who sees only their own client''s figures or those of assigned leads gets these. Sorted by created_at, updated_at, name or status. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, 422 campaign_status_unknown, page_out_of_range, sort_unknown, sort_order_unknown, cursor_invalid.';
revoke all on function public.list_campaigns(uuid, text, uuid, text, integer, integer, text, text, text) from public, anon;
grant execute on function public.list_campaigns(uuid, text, uuid, text, integer, integer, text, text, text) to authenticated;

-- supabase/schemas/leads/functions/list_lead_activities.sql

create or replace function public.list_lead_activities(
  lead_id uuid,
  type text default null,
  page integer default 1,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- the helpers that authorise are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_lead public.leads := private.authorize_lead(list_lead_activities.lead_id, 'leads.read');
begin
  return private.page_of(
    'public.lead_activities',
    format('t.agency_id = %L and t.lead_id = %L', v_lead.agency_id, v_lead.id)
      || coalesce(' and t.type = ' || quote_literal(list_lead_activities.type), ''),
    '{occurred_at}', list_lead_activities.page, list_lead_activities.page_size,
    'occurred_at', 'desc', null);
end;
$$;

comment on function public.list_lead_activities(uuid, text, integer, integer) is
  'A page {items, total} of what happened with a lead, the latest first. Errors: 401 not_signed_in, 404 lead_not_found, 422 page_out_of_range.';
revoke all on function public.list_lead_activities(uuid, text, integer, integer) from public, anon;
grant execute on function public.list_lead_activities(uuid, text, integer, integer) to authenticated;

-- supabase/schemas/leads/functions/list_leads.sql

create or replace function public.list_leads(
  agency_id uuid default null,
  status text default null,
  priority text default null,
  campaign_id uuid default null,
  data_source_id uuid default null,
  scraping_job_id uuid default null,
  assigned_to uuid default null,
  grade text default null,
  min_score numeric default null,
  tag text default null,
  search text default null,
  page integer default 1,
  page_size integer default 20,
  sort_by text default 'created_at',
  sort_order text default 'desc',
  cursor text default null
)
returns jsonb
language plpgsql
stable
security definer -- checks the permission once and filters by it, which lets every index be used
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(list_leads.agency_id);
  v_conditions text := private.lead_conditions(
    v_agency, list_leads.status, list_leads.priority, list_leads.campaign_id,
    list_leads.data_source_id, list_leads.scraping_job_id, list_leads.assigned_to, list_leads.grade, list_leads.min_score, list_leads.tag,
    list_leads.search);
  v_sortable text[] := '{created_at,updated_at,score,status,priority}'::text[];
  v_total bigint;
begin
  if list_leads.cursor is null then
    -- Keyset paging needs columns without nulls; numbered pages do not.
    v_sortable := v_sortable || '{last_name,company}';
    -- What the rollup counts need not be counted again.
    if private.can(v_agency, 'leads.read') and num_nonnulls(
      list_leads.priority, list_leads.data_source_id, list_leads.scraping_job_id, list_leads.assigned_to, list_leads.min_score, list_leads.tag,
      private.search_query(list_leads.search)) = 0 then
      select coalesce(sum(case
               when list_leads.grade is null then n.leads
               when upper(list_leads.grade) = 'A' then n.grade_a
               when upper(list_leads.grade) = 'B' then n.grade_b
               when upper(list_leads.grade) = 'C' then n.grade_c
               when upper(list_leads.grade) = 'D' then n.grade_d
               when upper(list_leads.grade) = 'F' then n.grade_f
             end), 0)
        into v_total
        from private.lead_metrics_now as n
       where n.agency_id = v_agency
         and n.scope_id = coalesce(list_leads.campaign_id, v_agency)
         and n.day = '-infinity'
         and (list_leads.status is null or n.status::text = list_leads.status);
    end if;
  end if;
  return private.page_of(
    'public.lead_details', v_conditions, v_sortable, list_leads.page, list_leads.page_size,
    list_leads.sort_by, list_leads.sort_order, list_leads.cursor, v_total);
end;
$$;

comment on function public.list_leads(uuid, text, text, uuid, uuid, uuid, uuid, text, numeric, text, text, integer, integer, text, text, text) is
  'A page of the lead_details rows the caller may see: {items, total}, or with a cursor (empty for the first page) {items, next_cursor}. Search: every word begins a word of name, e-mail, company, title, place or industry. Sorted by created_at, updated_at, score, status, priority and, without a cursor, last_name or company. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, 422 lead_status_unknown, lead_priority_unknown, page_out_of_range, sort_unknown, sort_order_unknown, cursor_invalid.';
revoke all on function public.list_leads(uuid, text, text, uuid, uuid, uuid, uuid, text, numeric, text, text, integer, integer, text, text, text) from public, anon;
grant execute on function public.list_leads(uuid, text, text, uuid, uuid, uuid, uuid, text, numeric, text, text, integer, integer, text, text, text) to authenticated;

-- supabase/schemas/leads/functions/lock_identities.sql

create or replace function private.lock_identities(agency_id uuid, changing boolean)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_lock bigint := hashtextextended('private.lock_identities ' || lock_identities.agency_id, 0);
begin
  if lock_identities.changing then
    perform pg_advisory_xact_lock(v_lock);
  else
    perform pg_advisory_xact_lock_shared(v_lock);
  end if;
end;
$$;

comment on function private.lock_identities(uuid, boolean) is
  'Keeps a change of who a lead is apart from imports, which run side by side: an import that has a new lead waits for the row of an old one, whose editor could be waiting for the new one. To be taken before any lead is locked.';

-- supabase/schemas/leads/functions/may_with_lead.sql

create or replace function private.may_with_lead(lead public.leads, permission text)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
begin
  return coalesce(
    private.can((lead).agency_id, may_with_lead.permission)
    or (
      (lead).assigned_to = private.uid()
      and private.can((lead).agency_id, may_with_lead.permission || '_assigned')
    )
    or (lead).campaign_id = any (private.own_campaigns(may_with_lead.permission || '_client')),
    false
  );
end;
$$;

comment on function private.may_with_lead(public.leads, text) is
  'Whether the caller holds the permission for this lead: for all leads, as its assignee (`_assigned`), or through their client (`_client`).';

-- supabase/schemas/leads/functions/notify_assignees.sql

create or replace function private.notify_assignees(agency_id uuid, lead_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_notices private.notice[];
begin
  select array_agg((
           g.assigned_to,
           case when g.leads = 1 then g.name || ' was assigned to you' else g.leads || ' leads were assigned to you' end,
           null,
           jsonb_build_object('leads', g.leads, 'lead_ids', g.lead_ids)
         )::private.notice)
    into v_notices
    from (
      select l.assigned_to, count(*) as leads, min(private.lead_name(l)) as name,
             (array_agg(l.id order by l.id))[:20] as lead_ids
        from public.leads as l
       where l.agency_id = notify_assignees.agency_id
         and l.id = any (notify_assignees.lead_ids)
       group by l.assigned_to
    ) as g;
  perform private.notify_each(notify_assignees.agency_id, 'lead.assigned', v_notices);
end;
$$;

comment on function private.notify_assignees(uuid, uuid[]) is
  'Tells each assignee of these leads once, with how many and the first 20 ids. For leads that have just got their assignee.';

-- supabase/schemas/leads/functions/own_campaigns.sql

create or replace function private.own_campaigns(permission text)
returns uuid[]
language plpgsql
stable
security definer -- one look-up for each statement, not a policy in a policy
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid := private.uid();
begin
  -- As in own_clients: hardly anybody belongs to a client.
  return array(
    select c.id
      from public.memberships as m
      join public.campaigns as c on c.agency_id = m.agency_id and c.client_id = m.client_id
     where m.user_id = v_user
       and m.client_id is not null
       and private.can(m.agency_id, own_campaigns.permission)
  );
end;
$$;

comment on function private.own_campaigns(text) is
  'The campaigns of the clients the caller belongs to, in the agencies where they hold the permission.';
grant execute on function private.own_campaigns(text) to authenticated;

-- supabase/schemas/leads/functions/own_clients.sql

create or replace function private.own_clients(permission text)
returns uuid[]
language plpgsql
stable
security definer -- reads the caller's membership
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid := private.uid();
begin
  -- Hardly anybody belongs to a client, and then no permission is looked up.
  return array(
    select m.client_id
      from public.memberships as m
     where m.user_id = v_user
       and m.client_id is not null
       and private.can(m.agency_id, own_clients.permission)
  );
end;
$$;

comment on function private.own_clients(text) is
  'The clients the caller belongs to, in the agencies where they hold the permission.';
grant execute on function private.own_clients(text) to authenticated;

-- supabase/schemas/leads/functions/own_figures.sql

create or replace function private.own_figures(agency_id uuid, summaries jsonb)
returns jsonb
language plpgsql
stable
security invoker -- called by definers
set search_path = ''
as $$
#variable_conflict error
declare
  v_clients uuid[] := private.own_clients('analytics.read_client');
  v_assignee uuid := case when private.can(own_figures.agency_id, 'analytics.read_assigned') then private.uid() end;
begin
  return (
    with own as (
      select l.campaign_id, count(*) as total,
             count(*) filter (where l.status = 'qualified') as qualified,
             count(*) filter (where l.status = 'converted') as converted
        from public.leads as l
       where l.agency_id = own_figures.agency_id
         and l.assigned_to = v_assignee
         and l.deleted_at is null
       group by l.campaign_id
    )
    select coalesce(jsonb_agg(
             case when (s.summary ->> 'client_id')::uuid = any (v_clients) then s.summary
             else s.summary || jsonb_build_object(
               'leads_total', coalesce(o.total, 0),
               'leads_qualified', coalesce(o.qualified, 0),
               'leads_converted', coalesce(o.converted, 0),
               'conversion_rate', round(o.converted::numeric / o.total, 4))
             end order by s.position), '[]')
      from jsonb_array_elements(own_figures.summaries) with ordinality as s (summary, position)
      left join own as o on o.campaign_id = (s.summary ->> 'id')::uuid
  );
end;
$$;

comment on function private.own_figures(uuid, jsonb) is
  'Rows of campaign_summary with the figures of a caller without analytics.read: of all leads where the campaign is of their own client, else of the leads assigned to them.';

-- supabase/schemas/leads/functions/own_leads.sql

create or replace function private.own_leads(permission text)
returns uuid[]
language plpgsql
stable
security definer -- one look-up for each statement, not a policy in a policy
set search_path = ''
as $$
#variable_conflict error
begin
  return array(
    select l.id
      from public.leads as l
     where l.agency_id = any (private.agencies_with(own_leads.permission || '_assigned'))
       and l.assigned_to = private.uid()
    union
    select l.id
      from public.leads as l
     where l.agency_id = any (private.agencies_with(own_leads.permission || '_client'))
       and l.campaign_id = any (private.own_campaigns(own_leads.permission || '_client'))
  );
end;
$$;

comment on function private.own_leads(text) is
  'The leads on which the caller holds the permission as assignee (`_assigned`) or through their client (`_client`).';
grant execute on function private.own_leads(text) to authenticated;

-- supabase/schemas/leads/functions/page_of.sql

create or replace function private.page_of(
  relation regclass,
  conditions text,
  sortable text[],
  page integer,
  page_size integer,
  sort_by text,
  sort_order text,
  cursor text,
  total bigint default null
)
returns jsonb
language plpgsql
stable
security invoker -- called by definers that have put the caller's scope into conditions
set search_path = ''
as $$
#variable_conflict error
declare
  v_offset bigint := private.page_offset(page_of.page, page_of.page_size);
  v_order text;
  v_after text := '';
  v_items jsonb;
  v_total bigint := page_of.total;
  v_cursor record;
  v_last jsonb;
begin
  if (page_of.sort_by = any (page_of.sortable)) is not true then
    raise exception using errcode = 'PT422', message = 'sort_unknown',
      detail = format('Lists here are not sorted by %s.', coalesce(page_of.sort_by, 'null')),
      hint = format('Sort by %s.', array_to_string(page_of.sortable, ', '));
  end if;
  if (lower(page_of.sort_order) in ('asc', 'desc')) is not true then
    raise exception using errcode = 'PT422', message = 'sort_order_unknown',
      detail = 'The sort order is asc or desc.';
  end if;
  v_order := format('t.%1$I %2$s, t.id %2$s', page_of.sort_by, lower(page_of.sort_order));

  if page_of.cursor is not null then
    v_cursor := private.decode_cursor(page_of.cursor);
    if v_cursor.id is not null then
      v_after := format(' and (t.%I, t.id) %s (%L, %L)', page_of.sort_by,
        case lower(page_of.sort_order) when 'asc' then '>' else '<' end, v_cursor.sort_value, v_cursor.id);
    end if;
    v_offset := 0;
  elsif v_total is null then
    execute format('select count(*) from %s as t where %s', page_of.relation, page_of.conditions) into v_total;
  end if;

  -- One row more than the page tells whether there is another page.
  execute format(
    'select coalesce(jsonb_agg(to_jsonb(r)), ''[]'') from (select t.* from %s as t where %s%s order by %s limit %s offset %s) as r',
    page_of.relation, page_of.conditions, v_after, v_order, page_of.page_size + 1, v_offset
  ) into v_items;
  if jsonb_array_length(v_items) > page_of.page_size then
    v_items := v_items - -1;
    v_last := v_items -> -1;
  end if;
  if page_of.cursor is null then
    return jsonb_build_object('items', v_items, 'total', v_total);
  end if;
  return jsonb_build_object('items', v_items, 'next_cursor',
    private.encode_cursor(v_last ->> page_of.sort_by, (v_last ->> 'id')::uuid));
end;
$$;

comment on function private.page_of(regclass, text, text[], integer, integer, text, text, text, bigint) is
  'One page of a relation: {items, total}, or with a cursor {items, next_cursor}. Errors: 422 page_out_of_range, sort_unknown, sort_order_unknown, cursor_invalid.';

-- supabase/schemas/leads/functions/parse_lead.sql

create or replace function private.parse_lead(document jsonb)
returns private.parsed_lead
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_parsed private.parsed_lead;
  v_errors jsonb;
begin
  select r.attributes, r.errors
    into v_parsed.attributes, v_errors
    from private.parse_lead_rows(jsonb_build_array(parse_lead.document)) as r;
  if v_errors is not null then
    raise exception using errcode = 'PT422', message = 'lead_invalid',
      detail = (
        select string_agg(concat_ws(' ', e ->> 'field', e ->> 'reason'), '; ') || '.'
          from jsonb_array_elements(v_errors) as e
      ),
      hint = 'Mend the fields named and send it again.';
  end if;
  v_parsed.given := array(select k from jsonb_object_keys(parse_lead.document) as k order by k);
  return v_parsed;
end;
$$;

comment on function private.parse_lead(jsonb) is
  'One document about a lead, typed, and which fields it gave; error 422 lead_invalid says all that is wrong.';

-- supabase/schemas/leads/functions/parse_lead_rows.sql

create or replace function private.parse_lead_rows(rows jsonb)
returns table (n integer, attributes private.lead_attributes, errors jsonb)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
begin
  -- Nearly every row is fine. A handful of operations on the whole of it see that; field by field, which
  -- takes ten times as long, goes only through the others, to say what is wrong with them.
  return query
    with shaped as materialized (
      select r.n, r.document,
             jsonb_typeof(r.document) = 'object'
             and r.document - '{first_name,last_name,email,phone,company,title,website,linkedin_url,city,country,industry,status,priority,qualification_notes,contact,company_data,source_data,custom_fields,tags,last_contacted_at,responded_at,qualified_at,converted_at}'::text[] = '{}'
             and not (r.document - '{contact,company_data,source_data,custom_fields,tags}'::text[])
               @? 'strict $.* ? ((@ starts with "") is unknown && @ != null && @.type() != "number")'
             and (jsonb_typeof(r.document -> 'contact') = 'object'
               and pg_column_size(r.document -> 'contact') <= 65536) is not false
             and (jsonb_typeof(r.document -> 'company_data') = 'object'
               and pg_column_size(r.document -> 'company_data') <= 65536) is not false
             and (jsonb_typeof(r.document -> 'source_data') = 'object'
               and pg_column_size(r.document -> 'source_data') <= 65536) is not false
             and (jsonb_typeof(r.document -> 'custom_fields') = 'object'
               and pg_column_size(r.document -> 'custom_fields') <= 65536) is not false
             and (jsonb_typeof(r.document -> 'tags') = 'array'
               and pg_column_size(r.document -> 'tags') <= 8192
               and not r.document -> 'tags' @? 'strict $[*] ? (@.type() != "string")') is not false
               as fits
        from jsonb_array_elements(parse_lead_rows.rows) with ordinality as r (document, n)
    ), typed as materialized (
      select s.n, s.document, t.*,
             s.fits
             and (greatest(char_length(t.first_name), char_length(t.last_name), char_length(t.email),
               char_length(t.phone), char_length(t.company), char_length(t.title),
               char_length(t.website), char_length(t.linkedin_url), char_length(t.city),
               char_length(t.country), char_length(t.industry), char_length(t.status),
               char_length(t.priority), char_length(t.last_contacted_at), char_length(t.responded_at),
               char_length(t.qualified_at), char_length(t.converted_at)) <= 500) is not false
             and (char_length(t.qualification_notes) <= 10000) is not false
             and (cardinality(t.tags) <= 50) is not false
             and (trim(t.email) ~ '^[^@\s]+@[^@\s]+\.[^@\s]+$') is not false
             and pg_input_is_valid(t.status, 'public.lead_status') is not false
             and pg_input_is_valid(t.priority, 'public.lead_priority') is not false
             and (t.last_contacted_at ~ '^\d{4}-\d\d-\d\d'
               and pg_input_is_valid(t.last_contacted_at, 'timestamptz')) is not false
             and (t.responded_at ~ '^\d{4}-\d\d-\d\d'
               and pg_input_is_valid(t.responded_at, 'timestamptz')) is not false
             and (t.qualified_at ~ '^\d{4}-\d\d-\d\d'
               and pg_input_is_valid(t.qualified_at, 'timestamptz')) is not false
             and (t.converted_at ~ '^\d{4}-\d\d-\d\d'
               and pg_input_is_valid(t.converted_at, 'timestamptz')) is not false
               as fine
        from shaped as s
       cross join lateral jsonb_to_record(case when s.fits then s.document else '{}' end) as t (
         first_name text, last_name text, email text, phone text, company text, title text,
         website text, linkedin_url text, city text, country text, industry text, status text,
         priority text, qualification_notes text, contact jsonb, company_data jsonb,
         source_data jsonb, custom_fields jsonb, tags text[], last_contacted_at text,
         responded_at text, qualified_at text, converted_at text
       )
    ), fields as materialized (
      select a.attname::text as field,
             format_type(a.atttypid, null) as type,
             case
               when a.atttypid = 'jsonb'::regtype then 'object'
               when a.atttypid = 'text[]'::regtype then 'array'
               else 'string'
             end as shape,
             case a.attname when 'qualification_notes' then 10000 else 500 end as max_length,
             (select 'must be one of ' || string_agg(e.enumlabel, ', ' order by e.enumsortorder)
                from pg_catalog.pg_enum as e where e.enumtypid = a.atttypid) as choice
        from pg_catalog.pg_attribute as a
       where a.attrelid = 'private.lead_attributes'::regclass and a.attnum > 0
    ), checked as (
      select r.n, e.key as field, v.clean,
             case
               when jsonb_typeof(r.document) <> 'object' then 'is not a JSON object'
               when e.key is null then null
               when f.field is null then 'is not a field of a lead'
               when jsonb_typeof(v.clean) = 'null' then null
               when f.shape = 'string' and jsonb_typeof(v.clean) not in ('string', 'number')
                 then 'must be a string'
               when f.shape = 'object' and jsonb_typeof(v.clean) <> 'object' then 'must be a JSON object'
               when f.shape = 'object' and pg_column_size(v.clean) > 65536 then 'is larger than 64 KB'
               when f.shape = 'array' and (
                 jsonb_typeof(v.clean) <> 'array' or v.clean @? 'strict $[*] ? (@.type() != "string")'
               ) then 'must be a list of strings'
               when f.shape = 'array' and jsonb_array_length(v.clean) > 50 then 'has more than 50 entries'
               when f.shape = 'array' and pg_column_size(v.clean) > 8192 then 'is larger than 8 KB'
               when f.choice is not null and not pg_input_is_valid(v.clean #>> '{}', f.type) then f.choice
               -- Words such as 'tomorrow' and 'infinity' are valid to Postgres and no moment to us.
               when f.type like 'timestamp%' and (v.clean #>> '{}' !~ '^\d{4}-\d\d-\d\d'
                 or not pg_input_is_valid(v.clean #>> '{}', f.type))
                 then 'is not a date and time'
               when char_length(v.clean #>> '{}') > f.max_length and f.shape = 'string'
                 then format('has more than %s characters', f.max_length)
               when f.field = 'email' and v.clean #>> '{}' !~ '^[^@\s]+@[^@\s]+\.[^@\s]+$'
                 then 'is not an e-mail address'
             end as reason
        from typed as r
        left join lateral jsonb_each(
          case jsonb_typeof(r.document) when 'object' then r.document end) as e on true
        left join fields as f on f.field = e.key
       cross join lateral (
         select case
           when jsonb_typeof(e.value) = 'string' then coalesce(to_jsonb(nullif(trim(e.value #>> '{}'), '')), 'null')
           else e.value
         end
       ) as v (clean)
       where not r.fine
    )
    select t.n::integer,
           row(
             nullif(trim(t.first_name), ''), nullif(trim(t.last_name), ''), nullif(trim(t.email), ''),
             nullif(trim(t.phone), ''), nullif(trim(t.company), ''), nullif(trim(t.title), ''),
             nullif(trim(t.website), ''), nullif(trim(t.linkedin_url), ''), nullif(trim(t.city), ''),
             nullif(trim(t.country), ''), nullif(trim(t.industry), ''), t.status, t.priority,
             nullif(trim(t.qualification_notes), ''), t.contact, t.company_data, t.source_data,
             t.custom_fields, t.tags, t.last_contacted_at, t.responded_at, t.qualified_at,
             t.converted_at
           )::private.lead_attributes,
           null::jsonb
      from typed as t
     where t.fine
    union all
    select c.n::integer,
           jsonb_populate_record(
             null::private.lead_attributes,
             coalesce(jsonb_object_agg(c.field, c.clean)
               filter (where c.field is not null and c.reason is null), '{}')
           ),
           jsonb_agg(jsonb_build_object('row', c.n, 'field', c.field, 'reason', c.reason) order by c.field)
             filter (where c.reason is not null)
      from checked as c
     group by c.n;
end;
$$;

comment on function private.parse_lead_rows(jsonb) is
  'Turns documents into typed lead attributes, and says per row what is wrong: errors is null or a list of {row, field, reason}. Texts are trimmed, empty ones are null. The one place that judges what is said about a lead.';

-- supabase/schemas/leads/functions/qualify_lead.sql

create or replace function public.qualify_lead(
  lead_id uuid,
  score integer,
  criteria jsonb default '{}',
  notes text default null
)
returns public.leads
language plpgsql
volatile
security definer -- leads have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.leads := private.authorize_lead(qualify_lead.lead_id, 'leads.qualify', true);
  v_after public.leads;
begin
  if qualify_lead.score is null or qualify_lead.score not between 1 and 5 then
    raise exception using errcode = 'PT422', message = 'qualification_score_out_of_range',
      detail = 'A lead is judged from 1 (poor) to 5 (excellent).';
  end if;
  if jsonb_typeof(qualify_lead.criteria) is distinct from 'object' then
    raise exception using errcode = 'PT422', message = 'criteria_not_an_object',
      detail = 'Criteria are a JSON object, such as {"budget": true}.';
  end if;
  if octet_length(qualify_lead.criteria::text) > 16384 then
    raise exception using errcode = 'PT422', message = 'criteria_too_large',
      detail = 'Criteria have at most 16 KB.', hint = 'Keep what is longer in the notes.';
  end if;
  update public.leads as l
     set qualification_score = qualify_lead.score,
         qualification_notes = coalesce(qualify_lead.notes, l.qualification_notes),
         qualification_data = l.qualification_data || jsonb_build_object(
           'criteria', qualify_lead.criteria, 'qualified_by', private.uid(), 'judged_at', now()),
         status = case
           when qualify_lead.score <= 2 then 'rejected'
           when qualify_lead.score >= 4 and l.status <> 'converted' then 'qualified'
           else l.status
         end
   where l.agency_id = v_before.agency_id and l.id = v_before.id
  returning l.* into v_after;
  perform private.audit(v_after.agency_id, 'lead.qualified', v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  if v_after.assigned_to is not null then
    perform private.notify(v_after.agency_id, array[v_after.assigned_to], 'lead.qualified',
      private.lead_name(v_after) || case
        when qualify_lead.score >= 4 then ' was qualified'
        when qualify_lead.score <= 2 then ' was rejected'
        else ' was judged'
      end || format(' (%s of 5)', qualify_lead.score),
      qualify_lead.notes,
      jsonb_build_object('lead_id', v_after.id, 'campaign_id', v_after.campaign_id, 'score', qualify_lead.score));
  end if;
  return v_after;
end;
$$;

comment on function public.qualify_lead(uuid, integer, jsonb, text) is
  'Records a person''s judgement: 4 and 5 qualify the lead, 1 and 2 reject it, 3 leaves its status; a converted lead is not moved back to qualified. The assignee is notified. Errors: 403 permission_denied, 404 lead_not_found, 422 qualification_score_out_of_range, criteria_not_an_object or criteria_too_large.';
revoke all on function public.qualify_lead(uuid, integer, jsonb, text) from public, anon;
grant execute on function public.qualify_lead(uuid, integer, jsonb, text) to authenticated;

-- supabase/schemas/leads/functions/record_lead_activity.sql

create or replace function public.record_lead_activity(
  lead_id uuid,
  type text,
  occurred_at timestamptz default null,
  payload jsonb default '{}'
)
returns public.lead_activities
language plpgsql
volatile
security definer -- activities have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_lead public.leads := private.authorize_lead(record_lead_activity.lead_id, 'leads.write', true);
  v_activity public.lead_activities;
begin
  if record_lead_activity.type in ('status_changed', 'assigned', 'scored') then
    raise exception using errcode = 'PT422', message = 'activity_type_reserved',
      detail = format('Activities of the type %s are recorded by the system.', record_lead_activity.type),
      hint = 'Change the lead instead; its activity follows.';
  end if;
  if record_lead_activity.occurred_at > now() + interval '1 minute' then
    raise exception using errcode = 'PT422', message = 'activity_in_the_future',
      detail = 'An activity is recorded once it has happened.';
  end if;
  insert into public.lead_activities (agency_id, lead_id, type, occurred_at, payload, actor_id)
  values (v_lead.agency_id, v_lead.id, record_lead_activity.type,
    coalesce(record_lead_activity.occurred_at, now()), record_lead_activity.payload, private.uid())
  returning * into v_activity;
  perform private.audit(v_lead.agency_id, 'lead.activity_recorded', v_lead.id, null, to_jsonb(v_activity));
  return v_activity;
end;
$$;

comment on function public.record_lead_activity(uuid, text, timestamptz, jsonb) is
  'Adds what happened with a lead and rescores it. Errors: 403 permission_denied, 404 lead_not_found, 422 activity_type_reserved, activity_in_the_future, and the named checks of lead_activities.';
revoke all on function public.record_lead_activity(uuid, text, timestamptz, jsonb) from public, anon;
grant execute on function public.record_lead_activity(uuid, text, timestamptz, jsonb) to authenticated;

-- supabase/schemas/leads/functions/restore_lead.sql

create or replace function public.restore_lead(lead_id uuid)
returns public.leads
language plpgsql
volatile
security definer -- leads have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_lead public.leads := private.authorize_lead(restore_lead.lead_id, 'leads.delete', true, true);
begin
  update public.leads as l
     set deleted_at = null
   where l.agency_id = v_lead.agency_id and l.id = v_lead.id
  returning l.* into v_lead;
  perform private.audit(v_lead.agency_id, 'lead.restored', v_lead.id);
  return v_lead;
exception
  when unique_violation then
    raise exception using errcode = 'PT409', message = 'lead_exists',
      detail = 'The agency has got another lead with this identity since.',
      hint = 'Delete or change that lead first.';
end;
$$;

comment on function public.restore_lead(uuid) is
  'Brings a deleted lead back. Errors: 403 permission_denied, 404 lead_not_found, 409 lead_exists.';
revoke all on function public.restore_lead(uuid) from public, anon;
grant execute on function public.restore_lead(uuid) to authenticated;

-- supabase/schemas/leads/functions/search_leads.sql

create or replace function public.search_leads(
  query text,
  agency_id uuid default null,
  max_results integer default 20
)
returns setof public.leads
language plpgsql
stable
security definer -- under RLS the search index could not be used
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(search_leads.agency_id);
  v_query tsquery := private.search_query(search_leads.query);
  v_all boolean := private.can(v_agency, 'leads.read');
  v_assigned boolean := false;
  v_campaigns uuid[] := '{}'::uuid[];
begin
  if search_leads.max_results is null or search_leads.max_results not between 1 and 100 then
    raise exception using errcode = 'PT422', message = 'max_results_out_of_range',
      detail = 'A search answers with 1 to 100 results.';
  end if;
  if not v_all then
    perform private.require(v_agency, 'leads.read', 'leads.read_assigned', 'leads.read_client');
    v_assigned := private.can(v_agency, 'leads.read_assigned');
    v_campaigns := private.own_campaigns('leads.read_client');
  end if;
  return query
    select l.*
      from public.leads as l
     where l.agency_id = v_agency
       and l.search @@ v_query
       and l.deleted_at is null
       and (v_all or (v_assigned and l.assigned_to = private.uid()) or l.campaign_id = any (v_campaigns))
     order by ts_rank(l.search, v_query) desc, l.id desc
     limit search_leads.max_results;
end;
$$;

comment on function public.search_leads(text, uuid, integer) is
  'The visible leads in which every word of the query begins a word, the best match first. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, 422 max_results_out_of_range.';
revoke all on function public.search_leads(text, uuid, integer) from public, anon;
grant execute on function public.search_leads(text, uuid, integer) to authenticated;

-- supabase/schemas/leads/functions/search_query.sql

create or replace function private.search_query(search text)
returns tsquery
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
begin
  return (
    select to_tsquery('pg_catalog.simple', string_agg(
             '''' || replace(replace(w, '\', '\\'), '''', '''''') || ''':*', ' & '))
      from regexp_split_to_table(lower(trim(search_query.search)), '\s+') as w
     where w <> ''
  );
end;
$$;

comment on function private.search_query(text) is
  'What a person typed as a query: every word must begin a word of the lead. Null for nothing.';

-- supabase/schemas/leads/functions/set_campaign_status.sql

create or replace function public.set_campaign_status(campaign_id uuid, status text)
returns public.campaigns
language plpgsql
volatile
security definer -- campaigns have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.campaigns := private.authorize_campaign(set_campaign_status.campaign_id, 'campaigns.write', true);
  v_after public.campaigns;
begin
  if pg_input_is_valid(set_campaign_status.status, 'public.campaign_status') is not true then
    raise exception using errcode = 'PT422', message = 'campaign_status_unknown',
      detail = format('There is no campaign status %s.', coalesce(set_campaign_status.status, 'null')),
      hint = 'One of draft, active, paused, completed, archived.';
  end if;
  update public.campaigns as c
     set status = set_campaign_status.status::public.campaign_status
   where c.agency_id = v_before.agency_id and c.id = v_before.id
  returning c.* into v_after;
  perform private.audit(v_after.agency_id, 'campaign.status_set', v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  return v_after;
end;
$$;

comment on function public.set_campaign_status(uuid, text) is
  'Moves a campaign along its lifecycle (private.status_transitions); the status it has is left as it is. Errors: 403 permission_denied, 404 campaign_not_found, 409 invalid_transition, 422 campaign_status_unknown.';
revoke all on function public.set_campaign_status(uuid, text) from public, anon;
grant execute on function public.set_campaign_status(uuid, text) to authenticated;

-- supabase/schemas/leads/functions/tg_check_transition.sql

create or replace function private.tg_check_transition()
returns trigger
language plpgsql
volatile
security definer -- reads the transitions, which nobody else may
set search_path = ''
as $$
#variable_conflict error
begin
  if not exists (
    select from private.status_transitions as t
     where t.entity = tg_table_name
       and t.from_status = old.status::text
       and t.to_status = new.status::text
  ) then
    raise exception using errcode = 'PT409', message = 'invalid_transition',
      detail = format('%s cannot go from %s to %s.', initcap(replace(tg_table_name, '_', ' ')), old.status, new.status),
      hint = coalesce((
        select 'From here: ' || string_agg(t.to_status, ', ' order by t.to_status) || '.'
          from private.status_transitions as t
         where t.entity = tg_table_name and t.from_status = old.status::text
      ), 'There is no way on from here.');
  end if;
  return new;
end;
$$;

comment on function private.tg_check_transition() is
  'Refuses a change of status that private.status_transitions does not list: 409 invalid_transition.';

-- supabase/schemas/leads/functions/tg_clients__audit.sql

create or replace function private.tg_clients__audit()
returns trigger
language plpgsql
volatile
security definer -- nobody else may write the log
set search_path = ''
as $$
#variable_conflict error
begin
  -- An agency that is being erased takes its clients along; it has no log to write to any more.
  if tg_op = 'DELETE' and not exists (select from public.agencies as a where a.id = old.agency_id) then
    return null;
  end if;
  perform private.audit(
    coalesce(new.agency_id, old.agency_id),
    'client.' || case tg_op when 'INSERT' then 'created' when 'UPDATE' then 'updated' else 'deleted' end,
    coalesce(new.id, old.id),
    case when tg_op <> 'INSERT' then to_jsonb(old) end,
    case when tg_op <> 'DELETE' then to_jsonb(new) end
  );
  return null;
end;
$$;

comment on function private.tg_clients__audit() is
  'Audits clients, which are written directly and have no procedures to do it.';

-- supabase/schemas/leads/functions/tg_leads__append_metric_deltas.sql

create or replace function private.tg_leads__append_metric_deltas()
returns trigger
language plpgsql
volatile
security definer -- nobody else may write metrics
set search_path = ''
as $$
#variable_conflict error
begin
  if tg_op = 'INSERT' then
    insert into private.lead_metric_deltas (agency_id, campaign_id, day, status, stage, grade, leads, score_sum)
    select l.agency_id, l.campaign_id, (l.created_at at time zone 'UTC')::date, l.status,
           private.lead_stage(l.status, l.last_contacted_at, l.responded_at, l.qualified_at, l.converted_at),
           l.score_grade, count(*), sum(l.score)
      from new_leads as l
     where l.deleted_at is null
     group by 1, 2, 3, 4, 5, 6;
  elsif tg_op = 'DELETE' then
    insert into private.lead_metric_deltas (agency_id, campaign_id, day, status, stage, grade, leads, score_sum)
    select l.agency_id, l.campaign_id, (l.created_at at time zone 'UTC')::date, l.status,
           private.lead_stage(l.status, l.last_contacted_at, l.responded_at, l.qualified_at, l.converted_at),
           l.score_grade, -count(*), -sum(l.score)
      from old_leads as l
     where l.deleted_at is null
     group by 1, 2, 3, 4, 5, 6;
  else
    -- What left a group and what entered it cancel out: an update of other fields appends nothing.
    insert into private.lead_metric_deltas (agency_id, campaign_id, day, status, stage, grade, leads, score_sum)
    select c.agency_id, c.campaign_id, c.day, c.status, c.stage, c.grade, sum(c.leads), sum(c.score_sum)
      from (
        select l.agency_id, l.campaign_id, (l.created_at at time zone 'UTC')::date, l.status,
               private.lead_stage(l.status, l.last_contacted_at, l.responded_at, l.qualified_at, l.converted_at),
               l.score_grade, -count(*), -sum(l.score)
          from old_leads as l
         where l.deleted_at is null
         group by 1, 2, 3, 4, 5, 6
        union all
        select l.agency_id, l.campaign_id, (l.created_at at time zone 'UTC')::date, l.status,
               private.lead_stage(l.status, l.last_contacted_at, l.responded_at, l.qualified_at, l.converted_at),
               l.score_grade, count(*), sum(l.score)
          from new_leads as l
         where l.deleted_at is null
         group by 1, 2, 3, 4, 5, 6
      ) as c (agency_id, campaign_id, day, status, stage, grade, leads, score_sum)
     group by 1, 2, 3, 4, 5, 6
    having sum(c.leads) <> 0 or sum(c.score_sum) <> 0;
  end if;
  return null;
end;
$$;

comment on function private.tg_leads__append_metric_deltas() is
  'Appends what a statement took from the counts and what it added, one row a group.';

-- supabase/schemas/leads/functions/tg_leads__record_moves.sql

create or replace function private.tg_leads__record_moves()
returns trigger
language plpgsql
volatile
security definer -- activities have no write grants
set search_path = ''
-- The plan is kept for the session, and made for a statement of one row it would pair thousands one by one.
set enable_nestloop = off
as $$
#variable_conflict error
begin
  insert into public.lead_activities (agency_id, lead_id, type, payload, actor_id)
  select n.agency_id, n.id, move.type, move.payload, private.uid()
    from new_leads as n
    join old_leads as o on o.agency_id = n.agency_id and o.id = n.id
   cross join lateral (
     select 'status_changed', jsonb_build_object('from', o.status, 'to', n.status)
      where n.status <> o.status
     union all
     select 'assigned', jsonb_build_object(
              'from', o.assigned_to, 'to', n.assigned_to, 'reason', n.assignment_reason)
      where n.assigned_to is distinct from o.assigned_to
   ) as move (type, payload);
  return null;
end;
$$;

comment on function private.tg_leads__record_moves() is
  'Writes each change of status and assignee into the lead''s activities.';

-- supabase/schemas/leads/functions/tg_leads__set_milestones.sql

create or replace function private.tg_leads__set_milestones()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if tg_op = 'UPDATE' and new.status = old.status then
    return new;
  end if;
  case new.status
    when 'contacted' then new.last_contacted_at := coalesce(new.last_contacted_at, now());
    when 'responded' then new.responded_at := coalesce(new.responded_at, now());
    when 'qualified' then new.qualified_at := coalesce(new.qualified_at, now());
    when 'converted' then new.converted_at := coalesce(new.converted_at, now());
    else null;
  end case;
  -- Moving back takes back what came later; rejecting keeps what the lead had reached.
  if tg_op = 'UPDATE' and new.status <> 'rejected' then
    if new.status < 'converted' then
      new.converted_at := null;
    end if;
    if new.status < 'qualified' then
      new.qualified_at := null;
    end if;
    if new.status < 'responded' then
      new.responded_at := null;
    end if;
  end if;
  return new;
end;
$$;

comment on function private.tg_leads__set_milestones() is
  'Keeps the milestone times in step with the status.';

-- supabase/schemas/leads/functions/update_campaign.sql

create or replace function public.update_campaign(campaign_id uuid, changes jsonb)
returns public.campaigns
language plpgsql
volatile
security definer -- campaigns have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.campaigns := private.authorize_campaign(update_campaign.campaign_id, 'campaigns.write', true);
  v_after public.campaigns;
begin
  perform private.require_keys(update_campaign.changes, private.campaign_fields());
  v_after := jsonb_populate_record(v_before, update_campaign.changes);
  update public.campaigns as c
     set client_id = v_after.client_id,
         name = v_after.name,
         description = v_after.description,
         kind = v_after.kind,
         starts_on = v_after.starts_on,
         ends_on = v_after.ends_on,
         budget_cents = v_after.budget_cents,
         currency = v_after.currency,
         target_leads = v_after.target_leads,
         goals = v_after.goals,
         tags = v_after.tags,
         metadata = v_after.metadata
   where c.agency_id = v_before.agency_id and c.id = v_before.id
  returning c.* into v_after;
  perform private.audit(v_after.agency_id, 'campaign.updated', v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  return v_after;
end;
$$;

comment on function public.update_campaign(uuid, jsonb) is
  'Changes a campaign; keys left out stay as they are, null clears. Status moves by set_campaign_status. Errors: 403 permission_denied, 404 campaign_not_found, 422 unknown_field, and the named checks of campaigns.';
revoke all on function public.update_campaign(uuid, jsonb) from public, anon;
grant execute on function public.update_campaign(uuid, jsonb) to authenticated;

-- supabase/schemas/leads/functions/update_lead.sql

create or replace function public.update_lead(lead_id uuid, changes jsonb)
returns public.leads
language plpgsql
volatile
security definer -- leads have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.leads := private.authorize_lead(update_lead.lead_id, 'leads.write');
  v_given private.parsed_lead := private.parse_lead(update_lead.changes);
  v_clean jsonb;
  v_after public.leads;
begin
  -- Columns that are never null fall back to their empty value.
  select coalesce(jsonb_object_agg(g.field, coalesce(
           nullif(to_jsonb((v_given).attributes) -> g.field, 'null'),
           case
             when g.field in ('contact', 'company_data', 'source_data', 'custom_fields') then '{}'
             when g.field = 'tags' then '[]'
             else 'null'
           end::jsonb)), '{}')
    into v_clean
    from unnest((v_given).given) as g (field)
   -- These are never cleared: a null leaves them as they are.
   where not (g.field in ('status', 'priority') and to_jsonb((v_given).attributes) -> g.field = 'null');

  v_after := jsonb_populate_record(v_before, v_clean);
  if private.dedupe_key(v_after.email::text, v_after.linkedin_url, v_after.phone, v_after.company,
      v_after.first_name, v_after.last_name) is distinct from v_before.dedupe_key then
    perform private.lock_identities(v_before.agency_id, true);
  end if;
  v_before := private.authorize_lead(update_lead.lead_id, 'leads.write', true);
  v_after := jsonb_populate_record(v_before, v_clean);

  update public.leads as l
     set first_name = v_after.first_name,
         last_name = v_after.last_name,
         email = v_after.email,
         phone = v_after.phone,
         company = v_after.company,
         title = v_after.title,
         website = v_after.website,
         linkedin_url = v_after.linkedin_url,
         city = v_after.city,
         country = v_after.country,
         industry = v_after.industry,
         status = v_after.status,
         priority = v_after.priority,
         qualification_notes = v_after.qualification_notes,
         contact = v_after.contact,
         company_data = v_after.company_data,
         source_data = v_after.source_data,
         custom_fields = v_after.custom_fields,
         tags = v_after.tags,
         last_contacted_at = v_after.last_contacted_at,
         responded_at = v_after.responded_at,
         qualified_at = v_after.qualified_at,
         converted_at = v_after.converted_at,
         edited_fields = private.union_of(l.edited_fields, v_given.given)
   where l.agency_id = v_before.agency_id and l.id = v_before.id
  returning l.* into v_after;
  perform private.audit(v_after.agency_id, 'lead.updated', v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  return v_after;
exception
  when unique_violation then
    raise exception using errcode = 'PT409', message = 'lead_exists',
      detail = 'The agency has another lead with this identity.',
      hint = 'Change that lead, or delete one of the two.';
  when not_null_violation then
    raise exception using errcode = 'PT422', message = 'lead_needs_identity',
      detail = 'Nothing would say who this lead is.',
      hint = 'Keep an e-mail, a LinkedIn URL, a phone, or a company and a name.';
end;
$$;

comment on function public.update_lead(uuid, jsonb) is
  'Changes a lead; keys left out stay as they are, null clears. What is set here is never touched by an import again. Errors: 403 permission_denied, 404 lead_not_found, 409 invalid_transition or lead_exists, 422 lead_invalid or lead_needs_identity.';
revoke all on function public.update_lead(uuid, jsonb) from public, anon;
grant execute on function public.update_lead(uuid, jsonb) to authenticated;

-- supabase/schemas/leads/triggers.sql

create trigger clients_set_updated_at
  before update on public.clients
  for each row when (new.* is distinct from old.*)
  execute function private.tg_set_updated_at();

create trigger clients_audit
  after insert or update or delete on public.clients
  for each row execute function private.tg_clients__audit();

create trigger campaigns_check_transition
  before update of status on public.campaigns
  for each row when (new.status <> old.status)
  execute function private.tg_check_transition();

create trigger campaigns_set_updated_at
  before update on public.campaigns
  for each row when (new.* is distinct from old.*)
  execute function private.tg_set_updated_at();

create trigger leads_check_transition
  before update of status on public.leads
  for each row when (new.status <> old.status)
  execute function private.tg_check_transition();

create trigger leads_set_milestones
  before insert or update of status on public.leads
  for each row execute function private.tg_leads__set_milestones();

create trigger leads_set_updated_at
  before update on public.leads
  for each row
  execute function private.tg_set_updated_at();

create trigger leads_record_moves
  after update on public.leads
  referencing old table as old_leads new table as new_leads
  for each statement execute function private.tg_leads__record_moves();

create trigger lead_activities_append_only
  before update on public.lead_activities
  for each row execute function private.tg_append_only();

-- One trigger for each event: transition tables allow no more.
create trigger leads_append_metric_deltas_on_insert
  after insert on public.leads
  referencing new table as new_leads
  for each statement execute function private.tg_leads__append_metric_deltas();

create trigger leads_append_metric_deltas_on_update
  after update on public.leads
  referencing old table as old_leads new table as new_leads
  for each statement execute function private.tg_leads__append_metric_deltas();

create trigger leads_append_metric_deltas_on_delete
  after delete on public.leads
  referencing old table as old_leads
  for each statement execute function private.tg_leads__append_metric_deltas();

-- Inserts leave nothing: what a row was is known from what it is.
create trigger campaigns_record_changes
  after update on public.campaigns
  referencing old table as old_rows new table as new_rows
  for each statement execute function private.tg_record_changes();

create trigger leads_record_changes
  after update on public.leads
  referencing old table as old_rows new table as new_rows
  for each statement execute function private.tg_record_changes();

-- supabase/schemas/leads/policies.sql

alter table public.clients enable row level security;
alter table public.clients force row level security;
create policy clients_select_readers on public.clients
  for select to authenticated using (
    agency_id = any ((select private.agencies_with('clients.read', 'clients.read_client'))::uuid[])
    and (
      agency_id = any ((select private.agencies_with('clients.read'))::uuid[])
      or id = any ((select private.own_clients('clients.read_client'))::uuid[])
    )
  );
create policy clients_insert_writers on public.clients
  for insert to authenticated with check (
    agency_id = any ((select private.agencies_with('clients.write'))::uuid[])
  );
create policy clients_update_writers on public.clients
  for update to authenticated
  using (agency_id = any ((select private.agencies_with('clients.write'))::uuid[]))
  with check (agency_id = any ((select private.agencies_with('clients.write'))::uuid[]));
create policy clients_delete_writers on public.clients
  for delete to authenticated using (
    agency_id = any ((select private.agencies_with('clients.write'))::uuid[])
  );
grant select, delete on public.clients to authenticated;
grant insert (agency_id, name, website, industry, contact) on public.clients to authenticated;
grant update (name, website, industry, contact, archived_at) on public.clients to authenticated;

alter table public.campaigns enable row level security;
alter table public.campaigns force row level security;
create policy campaigns_select_readers on public.campaigns
  for select to authenticated using (
    agency_id = any ((select private.agencies_with('campaigns.read', 'campaigns.read_client'))::uuid[])
    and (
      agency_id = any ((select private.agencies_with('campaigns.read'))::uuid[])
      or client_id = any ((select private.own_clients('campaigns.read_client'))::uuid[])
    )
  );
grant select on public.campaigns to authenticated;

alter table public.leads enable row level security;
alter table public.leads force row level security;
-- Whoever reads all leads of all their agencies is asked once; row by row only the others are.
create policy leads_select_readers on public.leads
  for select to authenticated using (
    agency_id = any ((select private.agencies_with(
      'leads.read', 'leads.read_assigned', 'leads.read_client'))::uuid[])
    and (
      (select private.holds_everywhere('leads.read'))
      or agency_id = any ((select private.agencies_with('leads.read'))::uuid[])
      or (
        assigned_to = (select private.uid())
        and agency_id = any ((select private.agencies_with('leads.read_assigned'))::uuid[])
      )
      or campaign_id = any ((select private.own_campaigns('leads.read_client'))::uuid[])
    )
  );
-- The search vector and the dedupe key are machinery; edited_fields is between people and imports.
grant select (
  agency_id, id, campaign_id, data_source_id, scraping_job_id, first_name, last_name, email, phone, company, title, website,
  linkedin_url, city, country, industry, status, priority, qualification_score,
  qualification_notes, score, score_grade, scored_at, score_model_version, assigned_to,
  assigned_at, assignment_reason, contact, company_data, source_data, qualification_data, custom_fields, tags,
  edited_fields, last_contacted_at, responded_at, qualified_at, converted_at, deleted_at,
  created_at, updated_at, search
) on public.leads to authenticated;

alter table public.lead_activities enable row level security;
alter table public.lead_activities force row level security;
create policy lead_activities_select_readers on public.lead_activities
  for select to authenticated using (
    agency_id = any ((select private.agencies_with(
      'leads.read', 'leads.read_assigned', 'leads.read_client'))::uuid[])
    and (
      agency_id = any ((select private.agencies_with('leads.read'))::uuid[])
      or lead_id = any ((select private.own_leads('leads.read'))::uuid[])
    )
  );
grant select on public.lead_activities to authenticated;

alter table private.lead_metrics enable row level security;
alter table private.lead_metrics force row level security;
create policy lead_metrics_select_readers on private.lead_metrics
  for select to authenticated using (
    agency_id = any ((select private.agencies_with('analytics.read', 'analytics.read_client'))::uuid[])
    and (
      agency_id = any ((select private.agencies_with('analytics.read'))::uuid[])
      or scope_id = any ((select private.own_campaigns('analytics.read_client'))::uuid[])
    )
  );
grant select on private.lead_metrics to authenticated;

alter table private.lead_metric_deltas enable row level security;
alter table private.lead_metric_deltas force row level security;
create policy lead_metric_deltas_select_readers on private.lead_metric_deltas
  for select to authenticated using (
    agency_id = any ((select private.agencies_with('analytics.read', 'analytics.read_client'))::uuid[])
    and (
      agency_id = any ((select private.agencies_with('analytics.read'))::uuid[])
      or campaign_id = any ((select private.own_campaigns('analytics.read_client'))::uuid[])
    )
  );
grant select on private.lead_metric_deltas to authenticated;
grant select on private.lead_metrics_now to authenticated;
