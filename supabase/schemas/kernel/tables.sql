create type public.member_status as enum ('active', 'suspended');
comment on type public.member_status is 'A suspended member keeps the seat and loses every permission.';

-- Reference data -----------------------------------------------------------------------------

create table public.permissions (
  permission text primary key,
  description text not null,
  constraint permissions_are_resource_dot_action check (permission ~ '^[a-z_]+\.[a-z_]+$')
);
comment on table public.permissions is
  'Every permission there is. Generated from schemas/access.json.';
comment on column public.permissions.permission is '`<resource>.<action>`, the scope as a suffix: `_assigned`, `_client`.';

create table public.roles (
  role text primary key,
  title text not null,
  description text not null,
  position integer not null,
  constraint roles_are_lower_case_words check (role ~ '^[a-z][a-z_]*$')
);
comment on table public.roles is 'The system roles, in order of rank. Generated from schemas/access.json.';

create table public.role_permissions (
  role text not null references public.roles (role),
  permission text not null references public.permissions (permission),
  primary key (role, permission)
);
comment on table public.role_permissions is
  'Which role holds which permission. Generated from schemas/access.json.';

-- Identity and tenancy -------------------------------------------------------------------------

create table public.agencies (
  id uuid primary key default private.uuid_v7(),
  name text not null,
  slug text not null unique,
  settings jsonb not null default '{}',
  created_by uuid references auth.users (id) on delete set null,
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint agencies_name_has_1_to_120_characters check (char_length(name) between 1 and 120),
  constraint agencies_slug_is_url_safe check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(slug) <= 63),
  constraint agencies_settings_is_an_object check (jsonb_typeof(settings) = 'object'),
  constraint agencies_settings_have_at_most_64_kb check (octet_length(settings::text) <= 65536)
);
comment on table public.agencies is 'A tenant. Every other table that holds its data leads with agency_id.';
comment on column public.agencies.slug is 'Unique short name for URLs.';
comment on column public.agencies.archived_at is 'When set, nobody holds any permission in the agency; its owner may restore it.';
create index agencies_created_by_idx on public.agencies (created_by);

create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  email extensions.citext not null,
  full_name text,
  avatar_url text,
  phone text,
  locale text not null default 'en',
  timezone text not null default 'UTC',
  active_agency_id uuid references public.agencies (id) on delete set null,
  preferences jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint profiles_full_name_has_at_most_200_characters check (char_length(full_name) <= 200),
  constraint profiles_avatar_url_is_https check (avatar_url ~ '^https://' and char_length(avatar_url) <= 2000),
  constraint profiles_phone_has_at_most_40_characters check (char_length(phone) <= 40),
  constraint profiles_locale_is_a_language_tag check (locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
  constraint profiles_preferences_is_an_object check (jsonb_typeof(preferences) = 'object'),
  constraint profiles_preferences_have_at_most_16_kb check (octet_length(preferences::text) <= 16384)
);
comment on table public.profiles is 'What a signed-in person is called and prefers; one row per auth user, made by a trigger.';
comment on column public.profiles.active_agency_id is 'The agency meant where a request names none.';
create index profiles_active_agency_id_idx on public.profiles (active_agency_id);

create table public.memberships (
  agency_id uuid not null references public.agencies (id) on delete cascade,
  id uuid not null default private.uuid_v7(),
  user_id uuid not null references public.profiles (id) on delete cascade,
  status public.member_status not null default 'active',
  client_id uuid,
  title text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (agency_id, id),
  constraint memberships_are_once_per_user unique (agency_id, user_id),
  constraint memberships_title_has_at_most_120_characters check (char_length(title) <= 120)
);
comment on table public.memberships is 'Who belongs to which agency.';
comment on column public.memberships.client_id is 'For the role client: the client whose campaigns, leads and figures the member sees.';
create index memberships_user_id_idx on public.memberships (user_id, status, agency_id);

create table public.agency_roles (
  agency_id uuid not null references public.agencies (id) on delete cascade,
  role text not null,
  title text not null,
  description text not null default '',
  permissions text[] not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (agency_id, role),
  constraint agency_roles_are_told_apart_by_a_prefix check (role ~ '^custom:[a-z][a-z0-9_]{0,40}$'),
  constraint agency_roles_title_has_1_to_120_characters check (char_length(title) between 1 and 120),
  constraint agency_roles_description_has_at_most_500_characters check (char_length(description) <= 500)
);
comment on table public.agency_roles is 'The roles an agency made for itself, beside the system''s.';
comment on column public.agency_roles.role is 'Begins with `custom:`, so that it never meets a system role.';

create table public.membership_roles (
  agency_id uuid not null,
  user_id uuid not null,
  role text not null,
  system_role text generated always as (case when role not like 'custom:%' then role end) stored
    references public.roles (role),
  agency_role text generated always as (case when role like 'custom:%' then role end) stored,
  primary key (agency_id, user_id, role),
  constraint membership_roles_are_the_agencys_own_or_the_systems foreign key (agency_id, agency_role)
    references public.agency_roles (agency_id, role),
  constraint membership_roles_belong_to_a_member foreign key (agency_id, user_id)
    references public.memberships (agency_id, user_id) on delete cascade
);
comment on table public.membership_roles is 'The roles of a member; permissions add up.';
create index membership_roles_system_role_idx on public.membership_roles (system_role);
create index membership_roles_agency_id_agency_role_idx on public.membership_roles (agency_id, agency_role);

create table public.member_permissions (
  agency_id uuid not null,
  id uuid not null default private.uuid_v7(),
  user_id uuid not null,
  permission text not null references public.permissions (permission),
  platform text,
  effect text not null,
  created_at timestamptz not null default now(),
  primary key (agency_id, id),
  constraint member_permissions_belong_to_a_member foreign key (agency_id, user_id)
    references public.memberships (agency_id, user_id) on delete cascade,
  constraint member_permissions_are_said_once unique nulls not distinct (agency_id, user_id, permission, platform),
  constraint member_permissions_allow_or_deny check (effect in ('allow', 'deny')),
  constraint member_permissions_platform_is_a_lower_case_word check (platform ~ '^[a-z][a-z0-9_]{0,40}$')
);
comment on table public.member_permissions is
  'What a member may or may not beyond their roles; deny wins.';
comment on column public.member_permissions.platform is
  'Where it holds, such as `instagram`; null everywhere.';
create index member_permissions_permission_idx on public.member_permissions (permission);

-- What checks read: the view takes 40 microseconds for one person, a row of this table 5.
create table private.effective_permissions (
  agency_id uuid not null,
  user_id uuid not null,
  permissions text[] not null,
  primary key (agency_id, user_id),
  constraint effective_permissions_are_a_members foreign key (agency_id, user_id)
    references public.memberships (agency_id, user_id) on delete cascade
);
comment on table private.effective_permissions is
  'The permissions that hold everywhere of each member, as user_permissions_view has them: kept by triggers in the transaction that changes a role, an override, a membership or an agency. What policies and checks ask.';
create index effective_permissions_user_id_idx on private.effective_permissions (user_id);

create table public.api_keys (
  agency_id uuid not null references public.agencies (id) on delete cascade,
  id uuid not null default private.uuid_v7(),
  name text not null,
  prefix text not null,
  secret_hash bytea not null,
  permissions text[] not null,
  created_by uuid references public.profiles (id) on delete set null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (agency_id, id),
  constraint api_keys_name_has_1_to_120_characters check (char_length(name) between 1 and 120),
  constraint api_keys_hold_a_permission check (cardinality(permissions) > 0)
);
comment on table public.api_keys is
  'How programs sign in: a secret shown once, just its own permissions, in one agency.';
comment on column public.api_keys.prefix is 'The first characters of the key, to tell keys apart by.';
comment on column public.api_keys.secret_hash is 'SHA-256 of the key; the key itself is kept nowhere.';
comment on column public.api_keys.last_used_at is 'To the minute.';
create index api_keys_secret_hash_idx on public.api_keys (secret_hash);
create index api_keys_created_by_idx on public.api_keys (created_by);

create table public.invitations (
  agency_id uuid not null references public.agencies (id) on delete cascade,
  id uuid not null default private.uuid_v7(),
  email extensions.citext not null,
  roles text[] not null,
  client_id uuid,
  token_hash bytea not null,
  invited_by uuid references public.profiles (id) on delete set null,
  expires_at timestamptz not null default now() + interval '7 days',
  accepted_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (agency_id, id),
  constraint invitations_name_a_role check (cardinality(roles) > 0),
  constraint invitations_email_is_an_address check (email ~ '^[^@\s]+@[^@\s]+\.[^@\s]+$' and char_length(email::text) <= 320),
  constraint invitations_end_once check (accepted_at is null or revoked_at is null)
);
comment on table public.invitations is 'An offer of membership to one e-mail address, good for 7 days and for one use.';
comment on column public.invitations.token_hash is 'SHA-256 of the token; the token itself is shown once and kept nowhere.';
create unique index invitations_open_agency_id_email_idx on public.invitations (agency_id, email)
  where accepted_at is null and revoked_at is null;
create index invitations_token_hash_idx on public.invitations (token_hash);
create index invitations_invited_by_idx on public.invitations (invited_by);

-- Platform -------------------------------------------------------------------------------------

create table private.platform_staff (
  user_id uuid primary key references public.profiles (id) on delete cascade,
  created_at timestamptz not null default now()
);
comment on table private.platform_staff is
  'Who runs the platform. Rows are added by hand in SQL: no procedure and no token makes anyone staff.';

-- Audit ----------------------------------------------------------------------------------------

create table public.audit_log (
  agency_id uuid not null,
  id uuid not null default private.uuid_v7(),
  at timestamptz not null default now(),
  actor_type text not null,
  actor_id uuid,
  action text not null,
  entity text not null,
  entity_id uuid,
  before jsonb,
  after jsonb,
  request_id text,
  ip inet,
  user_agent text,
  primary key (agency_id, id, at),
  constraint audit_log_actor_is_user_api_key_or_system check (actor_type in ('user', 'api_key', 'system')),
  constraint audit_log_action_is_entity_dot_verb check (action ~ '^[a-z_]+\.[a-z_]+$')
) partition by range (at);
comment on table public.audit_log is
  'Who did what, when. Append-only, one row per call of a writing procedure, in the same transaction. Partitioned by month.';
comment on column public.audit_log.action is '`<entity>.<verb>`, for example `lead.assigned`.';
comment on column public.audit_log.before is 'The changed fields as they were; null for a creation.';
comment on column public.audit_log.after is 'The changed fields as they became; for a bulk action its summary.';
create index audit_log_agency_id_at_idx on public.audit_log (agency_id, at desc);
create index audit_log_agency_id_entity_idx on public.audit_log (agency_id, entity, entity_id, at desc);

-- Catches what falls outside the months made ahead, so that a late maintenance never fails a write.
create table private.audit_log_default partition of public.audit_log default;

-- History ----------------------------------------------------------------------------------------

create table private.row_changes (
  agency_id uuid not null,
  entity text not null,
  entity_id uuid not null,
  id bigint generated always as identity,
  at timestamptz not null,
  event_id uuid not null,
  before jsonb not null,
  primary key (agency_id, entity_id, id, at)
) partition by range (at);
comment on table private.row_changes is
  'What the rows of some tables were: one row per row changed, with the changed columns'' old values, whichever statement changed it. Append-only, partitioned by month. A row as of a moment is the row with everything later undone.';
comment on column private.row_changes.entity is 'The table.';
comment on column private.row_changes.id is 'The order of changes of one row: its lock is held when a number is taken.';
comment on column private.row_changes.at is 'The clock at the statement, not the start of its transaction.';
comment on column private.row_changes.event_id is 'The audit event of the call; a change made past the procedures has none.';

create table private.row_changes_default partition of private.row_changes default;
