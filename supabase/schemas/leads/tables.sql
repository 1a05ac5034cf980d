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
