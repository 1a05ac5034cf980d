-- Domain kernel, built from supabase/schemas/kernel by `deno task db:build`.
--
-- Why:         creates the domain's objects; each stands with its reasons in its schema file.
-- Locks:       nothing that existed before, except a short lock on auth.users where a trigger joins it.
-- Compatible:  yes; a previous version of the app uses none of these objects.
-- Undo:        before 1.0 `deno task db:reset`; afterwards a migration of its own.

-- Functions may call procedures of a domain that comes later.
set check_function_bodies = off;

-- supabase/schemas/kernel/foundation.sql

-- What every domain stands on: the schemas, the extensions, and privileges that begin at nothing.

create extension if not exists citext with schema extensions;
create extension if not exists pgcrypto with schema extensions;
create extension if not exists btree_gin with schema extensions;

create schema if not exists private;
comment on schema private is
  'Machinery: policy helpers, trigger functions, rollups. Never exposed by the Data API.';
revoke all on schema private from public;
grant usage on schema private to anon, authenticated, service_role;

-- A new object is out of everyone's reach until its own file grants it.
alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke all on tables
  from public, anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from public, anon, authenticated;
alter default privileges in schema public revoke all on functions from public, anon, authenticated;
alter default privileges in schema private revoke all on tables from public, anon, authenticated;
alter default privileges in schema private revoke all on functions from public, anon, authenticated;

-- The secret key administers: it reads everything and calls every procedure.
alter default privileges in schema public grant select on tables to service_role;
alter default privileges in schema public grant execute on functions to service_role;
alter default privileges in schema private grant select on tables to service_role;
alter default privileges in schema private grant execute on functions to service_role;

create or replace function private.uuid_v7()
returns uuid
language plpgsql
volatile
parallel safe
set search_path = ''
as $$
#variable_conflict error
begin
  -- 48 bits of milliseconds, the version digit, and the random rest (with its variant) of a v4.
  return (
    lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
    || '7'
    || substr(replace(gen_random_uuid()::text, '-', ''), 14)
  )::uuid;
end;
$$;

comment on function private.uuid_v7() is
  'A time-ordered UUID (RFC 9562, version 7): new rows land at the right edge of every index.';
-- A column's default runs as whoever inserts, so that an insert by the Data API needs it too.
grant execute on function private.uuid_v7() to authenticated;

-- supabase/schemas/kernel/tables.sql

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

-- supabase/schemas/kernel/limits.sql

-- Who may ask how often. Operators change the rows; a request counts against every kind it has.
create table private.rate_limits (
  class text not null,
  kind text not null,
  quota integer not null,
  period interval not null,
  primary key (class, kind),
  constraint rate_limits_kind_is_known check (kind in ('user', 'api_key', 'ip', 'agency')),
  constraint rate_limits_quota_is_positive check (quota > 0),
  constraint rate_limits_period_is_positive check (period > interval '0')
);
comment on table private.rate_limits is
  'Requests allowed in a period, by class of endpoint and by whom they are counted. Operators may change them; changes work at once, and what was used counts as the same share of the new limit.';
alter table private.rate_limits enable row level security;
alter table private.rate_limits force row level security;

insert into private.rate_limits (class, kind, quota, period)
select c.class, k.kind,
       case k.kind when 'agency' then c.quota * 10 when 'ip' then least(c.quota, 10) else c.quota end,
       interval '1 minute'
  from (values ('auth', 5), ('write', 100), ('read', 200), ('intensive', 10), ('anonymous', 10)) as c (class, quota)
 cross join (values ('user'), ('api_key'), ('ip'), ('agency')) as k (kind)
on conflict do nothing;

create unlogged table private.rate_counters (
  class text not null,
  kind text not null,
  subject text not null,
  tat timestamptz not null,
  primary key (class, kind, subject)
);
comment on table private.rate_counters is
  'How far each subject has used its limit up (GCRA). Unlogged: a crash forgives the last minute.';
alter table private.rate_counters enable row level security;
alter table private.rate_counters force row level security;

create table private.idempotency_keys (
  subject text not null,
  key_hash bytea not null,
  fingerprint bytea not null,
  sealed_response bytea not null,
  created_at timestamptz not null default now(),
  primary key (subject, key_hash)
);
comment on table private.idempotency_keys is
  'What was answered under an Idempotency-Key, written in the transaction of its effect; kept for 24 hours. An answer may hold a secret (an API key, an invitation''s token), so it is sealed under the Idempotency-Key, which is not stored: only who repeats the request can open it.';
comment on column private.idempotency_keys.key_hash is 'SHA-256 of subject and key.';
comment on column private.idempotency_keys.sealed_response is
  'AES-256 under private.sealing_key(subject, key). As hard to open as the key is to guess.';
create index idempotency_keys_created_at_idx on private.idempotency_keys (created_at);
alter table private.idempotency_keys enable row level security;
alter table private.idempotency_keys force row level security;

-- What the functions behind call_procedure hand on to each other.
create type private.counted_limit as (
  class text, kind text, subject text, quota integer, period interval, step interval, tat timestamptz, remaining integer
);
comment on type private.counted_limit is
  'A limit that a call counts against, with what one call takes of the period, the counter (null before the first call) and how many calls are left.';

create type private.call as (
  subject text, limits private.counted_limit[], tightest private.counted_limit,
  status integer, body jsonb, is_replayed boolean
);
comment on type private.call is
  'A call under limits: whose Idempotency-Keys are meant, null before sign-in; what it counts against, agency first, and the one of those that its headers tell of; and the answer, with status null as long as there is none.';

-- supabase/schemas/kernel/views.sql

create view public.user_permissions_view
with (security_invoker = true)
as
with granted as (
  select mr.agency_id, mr.user_id, rp.permission, null::text as platform, mr.role as source
    from public.membership_roles as mr
    join public.role_permissions as rp on rp.role = mr.system_role
  union all
  select mr.agency_id, mr.user_id, p.permission, null, mr.role
    from public.membership_roles as mr
    join public.agency_roles as ar on ar.agency_id = mr.agency_id and ar.role = mr.agency_role
   cross join lateral unnest(ar.permissions) as p (permission)
  union all
  select mp.agency_id, mp.user_id, mp.permission, mp.platform, 'override'
    from public.member_permissions as mp
   where mp.effect = 'allow'
)
select g.agency_id, g.user_id, g.permission, g.platform, g.source
  from granted as g
  join public.memberships as m on m.agency_id = g.agency_id and m.user_id = g.user_id
  join public.agencies as a on a.id = g.agency_id
 where m.status = 'active'
   and a.archived_at is null
   and not exists (
     select from public.member_permissions as d
      where d.agency_id = g.agency_id and d.user_id = g.user_id and d.permission = g.permission
        and d.effect = 'deny' and (d.platform is null or d.platform = g.platform)
   );

comment on view public.user_permissions_view is
  'The effective permissions of each member, one row per permission and where it comes from: a role, or `override`.';
comment on column public.user_permissions_view.platform is
  'Where an override holds; null everywhere. A denial on one platform takes nothing from a row that holds everywhere: private.can_on_platform() does.';
grant select on public.user_permissions_view to authenticated;

-- supabase/schemas/kernel/functions/accept_invitation.sql

create or replace function public.accept_invitation(token text)
returns jsonb
language plpgsql
volatile
security definer -- whoever is invited is no member yet, so no policy could let them in
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid := private.require_user();
  v_member public.memberships;
begin
  -- In two statements: the document is read from what the first one has written.
  v_member := private.join_agency(
    v_user, (select p.email::text from public.profiles as p where p.id = v_user),
    accept_invitation.token);
  return private.member_document(v_member);
end;
$$;

comment on function public.accept_invitation(text) is
  'Makes the caller a member with the invited roles and switches them to the agency; the invitation must be for their e-mail address. Errors: 401 not_signed_in, 403 invitation_for_another_email, 404 invitation_not_open, 409 already_a_member.';
revoke all on function public.accept_invitation(text) from public, anon;
grant execute on function public.accept_invitation(text) to authenticated;

-- supabase/schemas/kernel/functions/agencies_with.sql

create or replace function private.agencies_with(variadic permissions text[])
returns uuid[]
language plpgsql
stable
security definer -- reads memberships that the caller may not see
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid := private.uid();
  v_requested uuid := private.requested_agency();
begin
  if v_user is null then
    return case when private.is_service() or (private.api_key()).permissions && agencies_with.permissions
      then private.my_agencies() else '{}' end;
  end if;
  return array(
    select e.agency_id
      from private.effective_permissions as e
     where e.user_id = v_user
       -- The first one mostly decides, in a third of the time.
       and (agencies_with.permissions[1] = any (e.permissions) or e.permissions && agencies_with.permissions)
       and (v_requested is null or e.agency_id = v_requested)
  );
end;
$$;

comment on function private.agencies_with(text[]) is
  'The agencies in which the caller (a user or an API key) holds any of the permissions, narrowed to X-Agency-Id where the request names one. Looked up at each statement, so that a change of roles works at once. Every policy asks it, once per statement.';
grant execute on function private.agencies_with(text[]) to authenticated;

-- supabase/schemas/kernel/functions/announce_user.sql

create or replace function public.announce_user(email text)
returns jsonb
language plpgsql
volatile
security definer -- nobody else may write the log
set search_path = ''
as $$
#variable_conflict error
declare
  v_announced jsonb := jsonb_build_object('email', left(trim(announce_user.email), 320));
begin
  perform private.require_staff();
  perform private.audit(private.platform(), 'user.announced', null, null, v_announced);
  return v_announced;
end;
$$;

comment on function public.announce_user(text) is
  'For staff of the platform, before they have the sign-in service make an account: says in the log who is about to, for which address. There is no account of theirs without it, whatever fails afterwards. Errors: 401 not_signed_in, 403 staff_required.';
revoke all on function public.announce_user(text) from public, anon;
grant execute on function public.announce_user(text) to authenticated;

-- supabase/schemas/kernel/functions/answer_call.sql

create or replace function private.answer_call(
  procedure text,
  arguments jsonb,
  rate_class text,
  idempotency_key text
)
returns jsonb
language plpgsql
volatile
security invoker -- the procedure runs as the caller, whose grants decide
set search_path = ''
as $$
#variable_conflict error
declare
  v_fingerprint bytea := case when answer_call.idempotency_key is not null then
    sha256(convert_to(concat_ws(' ', answer_call.procedure,
      private.request_header('x-agency-id'), answer_call.arguments::text), 'UTF8')) end;
  v_call private.call := private.begin_call(answer_call.rate_class, answer_call.idempotency_key, v_fingerprint);
  v_charged private.call;
  v_statement record;
  v_writes boolean := false;
  v_code text;
  v_message text;
  v_details text;
  v_hint text;
begin
  if v_call.status is null then
    -- A good API key speaks with the signed-in users' grants; policies and procedures ask what it holds.
    if current_user = 'anon' and private.request_header('x-api-key') is not null then
      perform set_config('role', 'authenticated', true);
    end if;
    begin
      if answer_call.procedure is not null then
        v_statement := private.call_statement(answer_call.procedure, answer_call.arguments);
        v_writes := v_statement.writes;
        execute v_statement.statement into v_call.body using answer_call.arguments;
      end if;
      v_call.status := 200;
      v_call.body := coalesce(v_call.body, 'null');
      -- Where there is something to take back, the charge stands in one subtransaction with it.
      if v_writes or answer_call.idempotency_key is not null then
        v_charged := private.end_call(v_call, answer_call.idempotency_key, v_fingerprint);
        if v_charged.status <> 200 then
          raise exception using errcode = 'PT429', message = 'rate_limited', detail = 'Too many requests.',
            hint = 'Wait as long as Retry-After says.';
        end if;
      end if;
    exception
      when others then
        if v_charged.status is null then
          get stacked diagnostics v_code = returned_sqlstate, v_message = message_text,
            v_details = pg_exception_detail, v_hint = pg_exception_hint;
          v_call := private.fail_call(v_call, v_code, v_message, v_details, v_hint);
        end if;
    end;
    -- Nowhere else: a subtransaction that writes makes its commit wait for the disk (wal_level logical),
    -- for a read as well, and everyone behind it for the counters. What failed has left nothing behind,
    -- and may be tried again under the same key.
    if v_charged.status is null then
      v_charged := private.end_call(v_call);
    end if;
    v_call := v_charged;
  end if;
  perform private.set_response(v_call.status, v_call.tightest, v_call.is_replayed);
  return v_call.body;
end;
$$;

comment on function private.answer_call(text, jsonb, text, text) is
  'Runs one procedure as the caller between private.begin_call and private.end_call, sets status and headers, and answers the body. Limits, stored answer and effect stand in one transaction; a limit found used up at the end takes the effect back.';
grant execute on function private.answer_call(text, jsonb, text, text) to anon, authenticated;

-- supabase/schemas/kernel/functions/answer_early.sql

create or replace function private.answer_early(
  call private.call,
  rate_class text,
  idempotency_key text,
  fingerprint bytea
)
returns private.call
language plpgsql
volatile
security invoker -- begin_call's, whose owner may look at keys and stored answers
set search_path = ''
as $$
#variable_conflict error
declare
  v_call private.call := answer_early.call;
  v_stored private.idempotency_keys;
  v_code text;
  v_message text;
  v_details text;
  v_hint text;
begin
  begin
    if not exists (select from private.rate_limits as l where l.class = answer_early.rate_class) then
      raise exception using errcode = 'PT422', message = 'rate_class_unknown',
        detail = 'There is no such rate class.', hint = 'One of auth, write, read, intensive, anonymous.';
    end if;
    if private.request_header('x-api-key') is not null and v_call.subject is null then
      raise exception using errcode = 'PT401', message = 'api_key_invalid',
        detail = 'This API key does not exist, has expired or was revoked.', hint = 'Create a new key.';
    end if;
    if answer_early.idempotency_key is null then
      return v_call;
    end if;

    if v_call.subject is null then
      raise exception using errcode = 'PT401', message = 'not_signed_in',
        detail = 'An Idempotency-Key needs a signed-in caller.', hint = 'Sign in and send the access token.';
    end if;
    if char_length(answer_early.idempotency_key) not between 1 and 255 then
      raise exception using errcode = 'PT422', message = 'idempotency_key_invalid',
        detail = 'An Idempotency-Key has 1 to 255 characters.';
    end if;
    if not pg_try_advisory_xact_lock(
      hashtextextended(v_call.subject || ' ' || answer_early.idempotency_key, 0)) then
      raise exception using errcode = 'PT409', message = 'idempotency_in_flight',
        detail = 'A request under this Idempotency-Key is still under way.', hint = 'Send it again in a moment.';
    end if;
    select k.* into v_stored
      from private.idempotency_keys as k
     where k.subject = v_call.subject
       and k.key_hash = private.hash_token(v_call.subject || ' ' || answer_early.idempotency_key)
       and k.created_at > now() - interval '24 hours';
    if not found then
      return v_call;
    end if;
    if v_stored.fingerprint <> answer_early.fingerprint then
      raise exception using errcode = 'PT422', message = 'idempotency_key_reused',
        detail = 'This Idempotency-Key belongs to another request.',
        hint = 'Make a new key for every request that is not a repetition.';
    end if;
    v_call.body := convert_from(extensions.decrypt(
      v_stored.sealed_response, private.sealing_key(v_call.subject, answer_early.idempotency_key), 'aes'), 'UTF8')::jsonb;
    v_call.status := 200;
    v_call.is_replayed := true;
  exception
    when others then
      get stacked diagnostics v_code = returned_sqlstate, v_message = message_text,
        v_details = pg_exception_detail, v_hint = pg_exception_hint;
      v_call := private.fail_call(v_call, v_code, v_message, v_details, v_hint);
  end;
  -- Guessing keys and repeating calls cost what calls cost.
  return private.end_call(v_call);
end;
$$;

comment on function private.answer_early(private.call, text, text, bytea) is
  'What is answered without running the procedure, and charged like a call: a rate class unknown, a bad API key, a stored answer or a refusal of its key. Else the call as it was.';

-- supabase/schemas/kernel/functions/api_key.sql

create or replace function private.api_key()
returns public.api_keys
language plpgsql
stable
security definer -- keys are looked up by a hash that nobody may read
set search_path = ''
as $$
#variable_conflict error
declare
  v_secret text := private.request_header('x-api-key');
  v_key public.api_keys;
begin
  -- A signed-in user is that user, whatever else the request carries.
  if v_secret is null or private.uid() is not null then
    return null;
  end if;
  select k.* into v_key
    from public.api_keys as k
    join public.agencies as a on a.id = k.agency_id and a.archived_at is null
   where k.secret_hash = private.hash_token(v_secret)
     and k.revoked_at is null
     and (k.expires_at is null or k.expires_at > now());
  return v_key;
end;
$$;

comment on function private.api_key() is
  'The API key the request came with, if it is good; null otherwise. Looked up at each statement, so that a revoked key works no longer.';

-- supabase/schemas/kernel/functions/api_key_document.sql

create or replace function private.api_key_document(key public.api_keys)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select to_jsonb(key) - 'secret_hash' || jsonb_build_object(
    'created_by_email', (select p.email from public.profiles as p where p.id = key.created_by),
    'created_by_member', exists (
      select from public.memberships as m
       where m.agency_id = key.agency_id and m.user_id = key.created_by and m.status = 'active'
    )
  )
$$;

comment on function private.api_key_document(public.api_keys) is
  'An API key as the API shows one: without the secret''s hash, with who made it and whether they are an active member still.';

-- supabase/schemas/kernel/functions/archive_agency.sql

create or replace function public.archive_agency(agency_id uuid)
returns public.agencies
language plpgsql
volatile
security definer -- agencies have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency public.agencies;
begin
  perform private.require(archive_agency.agency_id, 'agency.archive');
  update public.agencies as a
     set archived_at = now()
   where a.id = archive_agency.agency_id
  returning a.* into v_agency;
  perform private.audit(v_agency.id, 'agency.archived', v_agency.id);
  return v_agency;
end;
$$;

comment on function public.archive_agency(uuid) is
  'Closes the agency: nothing is deleted, and nobody holds any permission in it until its owner restores it. Errors: 403 permission_denied, 404 agency_not_found.';
revoke all on function public.archive_agency(uuid) from public, anon;
grant execute on function public.archive_agency(uuid) to authenticated;

-- supabase/schemas/kernel/functions/audit.sql

create or replace function private.audit(
  agency_id uuid,
  action text,
  entity_id uuid,
  before jsonb default null,
  after jsonb default null
)
returns void
language plpgsql
volatile
security definer -- nobody else may write the log
set search_path = ''
as $$
#variable_conflict error
declare
  v_before jsonb := audit.before;
  v_after jsonb := audit.after;
  v_key public.api_keys := private.api_key();
  v_forwarded text := trim(split_part(private.request_header('x-forwarded-for'), ',', 1));
  v_ip inet;
begin
  if v_before is not null and v_after is not null then
    select jsonb_object_agg(b.key, b.value), jsonb_object_agg(b.key, audit.after -> b.key)
      into v_before, v_after
      from jsonb_each(audit.before) as b
     where (audit.after -> b.key) is distinct from b.value
       and b.key not in ('updated_at', 'search', 'dedupe_key', 'score_log');
  end if;
  -- A statement of its own: within one the planner would try the cast before the check.
  if pg_input_is_valid(v_forwarded, 'inet') then
    v_ip := v_forwarded::inet;
  end if;
  insert into public.audit_log (
    agency_id, id, actor_type, actor_id, action, entity, entity_id, before, after,
    request_id, ip, user_agent
  )
  values (
    audit.agency_id,
    -- The changes of rows that this call made are filed under it already.
    coalesce(nullif(current_setting('backline.event_id', true), '')::uuid, private.uuid_v7()),
    case
      when private.uid() is not null then 'user'
      when v_key.id is not null then 'api_key'
      else 'system'
    end,
    coalesce(private.uid(), v_key.id),
    audit.action,
    split_part(audit.action, '.', 1),
    audit.entity_id,
    v_before - '{search,dedupe_key,score_log}'::text[],
    v_after - '{search,dedupe_key,score_log}'::text[],
    left(private.request_header('x-request-id'), 200),
    v_ip,
    left(private.request_header('user-agent'), 500)
  );
  perform set_config('backline.event_id', '', true);
end;
$$;

comment on function private.audit(uuid, text, uuid, jsonb, jsonb) is
  'Appends one event to the audit log in the caller''s transaction. Given both rows, it keeps just the fields that differ.';

-- supabase/schemas/kernel/functions/begin_call.sql

create or replace function private.begin_call(
  rate_class text,
  idempotency_key text,
  fingerprint bytea
)
returns private.call
language plpgsql
volatile
security definer -- reads the caller's profile and membership, and counters that nobody may read
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid := private.uid();
  v_requested uuid;
  v_key public.api_keys;
  v_kind text;
  v_subject text;
  v_agency text;
  v_limit private.counted_limit;
  v_call private.call;
begin
  if private.is_service() then
    v_call.subject := 'service';
    v_call.limits := array[]::private.counted_limit[];
  else
    if v_user is not null then
      v_kind := 'user';
      v_subject := v_user;
      v_requested := private.requested_agency();
      -- Whoever is no member must not use the agency's share up.
      select m.agency_id into v_agency
        from public.memberships as m
       where m.user_id = v_user and m.status = 'active'
         and m.agency_id = coalesce(v_requested, (select p.active_agency_id from public.profiles as p where p.id = v_user));
    else
      v_key := private.api_key();
      if v_key.id is not null then
        v_kind := 'api_key';
        v_subject := v_key.id;
        v_agency := v_key.agency_id;
      end if;
    end if;
    v_call.subject := v_kind || ':' || v_subject;
    if v_kind is null then
      v_kind := 'ip';
      v_subject := coalesce(trim(split_part(private.request_header('x-forwarded-for'), ',', 1)), '');
    end if;

    v_call.limits := array(
      select row(l.class, l.kind, s.subject, l.quota, l.period, l.period / l.quota, c.tat, null)::private.counted_limit
        from private.rate_limits as l
       cross join lateral (select case l.kind when 'agency' then v_agency else v_subject end as subject) as s
        left join private.rate_counters as c on c.class = l.class and c.kind = l.kind and c.subject = s.subject
       where l.class = begin_call.rate_class and l.kind in ('agency', v_kind) and s.subject is not null
       order by l.kind
    );
    foreach v_limit in array v_call.limits loop
      -- GCRA: `tat` is the moment at which all that was used is paid back.
      if v_limit.tat + v_limit.step > clock_timestamp() + v_limit.period then
        return private.rate_refusal(v_call);
      end if;
    end loop;
  end if;
  if begin_call.idempotency_key is not null or v_call.subject is null or cardinality(v_call.limits) = 0 then
    return private.answer_early(v_call, begin_call.rate_class, begin_call.idempotency_key, begin_call.fingerprint);
  end if;
  return v_call;
end;
$$;

comment on function private.begin_call(text, text, bytea) is
  'A call that begins: who makes it (the user, the API key, before sign-in the address) and how far the limits it counts against are used, theirs and those of the agency meant; without locks, and the secret key has no limits. Without a status the procedure has to run; else it is answered: a limit is used up, or what answer_early finds.';
grant execute on function private.begin_call(text, text, bytea) to anon, authenticated;

-- supabase/schemas/kernel/functions/call_procedure.sql

create or replace function public.call_procedure(
  procedure text,
  arguments jsonb default '{}',
  rate_class text default 'write',
  idempotency_key text default null
)
returns jsonb
language plpgsql
volatile
security invoker -- the procedure runs as the caller, whose grants decide
set search_path = ''
as $$
#variable_conflict error
begin
  return private.answer_call(
    call_procedure.procedure, coalesce(call_procedure.arguments, '{}'), call_procedure.rate_class,
    coalesce(call_procedure.idempotency_key, private.request_header('idempotency-key')));
end;
$$;

comment on function public.call_procedure(text, jsonb, text, text) is
  'Calls a procedure under the rate limits and, with an idempotency key (argument or header Idempotency-Key), at most once: a repetition is answered as the first was, with the header Idempotency-Replayed. Answers and errors are the procedure''s own. Rate classes: write, read, intensive, auth, anonymous. Works with an API key in the header X-Api-Key. Errors of its own: 401 api_key_invalid, not_signed_in, 404 procedure_not_found, 409 idempotency_in_flight, 422 arguments_not_an_object, argument_unknown, rate_class_unknown, idempotency_key_invalid, idempotency_key_reused, 429 rate_limited.';
revoke all on function public.call_procedure(text, jsonb, text, text) from public;
grant execute on function public.call_procedure(text, jsonb, text, text) to anon, authenticated;

-- supabase/schemas/kernel/functions/call_statement.sql

create or replace function private.call_statement(
  procedure text,
  arguments jsonb,
  out statement text,
  out writes boolean
)
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_is_set boolean;
  v_names text[];
  v_types oid[];
  v_unknown text;
  v_type text;
  v_given text;
  v_columns text;
  v_document text;
begin
  if jsonb_typeof(call_statement.arguments) <> 'object' then
    raise exception using errcode = 'PT422', message = 'arguments_not_an_object',
      detail = 'The arguments of a procedure are an object, by name.', hint = 'Send {} for none.';
  end if;
  select p.proretset, p.provolatile = 'v', coalesce(p.proargnames[1:p.pronargs], '{}'), p.proargtypes
    into v_is_set, call_statement.writes, v_names, v_types
    from pg_catalog.pg_proc as p
   where p.pronamespace = 'public'::regnamespace
     and p.proname = call_statement.procedure
     and p.prokind = 'f'
     and p.proname not in ('call_procedure', 'call_export');
  if not found then
    raise exception using errcode = 'PT404', message = 'procedure_not_found',
      detail = format('There is no procedure %s.', call_statement.procedure);
  end if;
  if call_statement.arguments - v_names <> '{}' then
    select string_agg(g, ', ' order by g) into v_unknown
      from jsonb_object_keys(call_statement.arguments - v_names) as g;
    raise exception using errcode = 'PT422', message = 'argument_unknown',
      detail = format('%s takes no %s.', call_statement.procedure, v_unknown),
      hint = format('It takes %s.', array_to_string(v_names, ', '));
  end if;

  -- The arguments get the types that the procedure declares. A plain value is cast from its text, which
  -- is how a document gives it as well, at less cost: (a uuid[], b jsonb) of one document.
  for v_n in 1 .. cardinality(v_names) loop
    if call_statement.arguments ? v_names[v_n] then
      v_type := format_type(v_types[v_n - 1], null); -- an oidvector begins at 0
      if v_type in ('uuid', 'text', 'integer', 'numeric', 'boolean') then
        v_given := concat_ws(', ', v_given, format('%1$I => ($1 ->> %1$L)::%2$s', v_names[v_n], v_type));
      else
        v_given := concat_ws(', ', v_given, format('%1$I => a.%1$I', v_names[v_n]));
        v_columns := concat_ws(', ', v_columns, format('%I %s', v_names[v_n], v_type));
      end if;
    end if;
  end loop;
  v_document := 'pg_catalog.jsonb_to_record($1) as a (' || v_columns || ')';
  call_statement.statement := case when v_is_set
    then format('select coalesce(jsonb_agg(to_jsonb(r)), ''[]'') from %s public.%I(%s) as r',
      v_document || ', lateral', call_statement.procedure, v_given)
    else format('select to_jsonb(public.%I(%s)) %s', call_statement.procedure, v_given, 'from ' || v_document) end;
end;
$$;

comment on function private.call_statement(text, jsonb) is
  'The statement that calls a public procedure with the arguments given, taken by name from a document $1, and answers its result as jsonb; and whether it may write. Errors: 404 procedure_not_found, 422 arguments_not_an_object, argument_unknown.';
grant execute on function private.call_statement(text, jsonb) to anon, authenticated;

-- supabase/schemas/kernel/functions/can.sql

create or replace function private.can(agency_id uuid, variadic permissions text[])
returns boolean
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
begin
  return can.agency_id = any (private.agencies_with(variadic can.permissions));
end;
$$;

comment on function private.can(uuid, text[]) is 'Whether the caller holds any of the permissions in the agency.';
grant execute on function private.can(uuid, text[]) to authenticated;

-- supabase/schemas/kernel/functions/can_on_platform.sql

create or replace function private.can_on_platform(agency_id uuid, platform text, variadic permissions text[])
returns boolean
language plpgsql
stable
security definer -- reads overrides that the caller may not see
set search_path = ''
as $$
#variable_conflict error
declare
  v_permission text;
begin
  foreach v_permission in array can_on_platform.permissions loop
    if private.can(can_on_platform.agency_id, v_permission) or (
      can_on_platform.agency_id = any (private.my_agencies())
      and exists (
        select from public.user_permissions_view as p
         where p.agency_id = can_on_platform.agency_id and p.user_id = private.uid()
           and p.permission = v_permission and p.platform = can_on_platform.platform
      )
    ) then
      if not exists (
        select from public.member_permissions as d
         where d.agency_id = can_on_platform.agency_id and d.user_id = private.uid()
           and d.permission = v_permission and d.platform = can_on_platform.platform and d.effect = 'deny'
      ) then
        return true;
      end if;
    end if;
  end loop;
  return false;
end;
$$;

comment on function private.can_on_platform(uuid, text, text[]) is
  'Whether the caller holds any of the permissions in the agency on this platform: everywhere or by an override there, and not denied there.';

-- supabase/schemas/kernel/functions/check_readiness.sql

create or replace function public.check_readiness()
returns jsonb
language plpgsql
stable
security definer -- looks at machinery that nobody else may read; tells only whether it works
set search_path = ''
as $$
#variable_conflict error
declare
  v_folded boolean := private.oldest_delta() < interval '5 minutes';
  v_run boolean := private.task_lag() < interval '5 minutes';
  v_auth boolean := true;
begin
  begin
    perform from auth.users limit 1;
  exception
    when others then
      v_auth := false;
  end;
  return jsonb_build_object(
    'ready', v_folded and v_run and v_auth,
    'checks', jsonb_build_object('database', true, 'auth', v_auth, 'tasks_run', v_run, 'metrics_folded', v_folded)
  );
end;
$$;

comment on function public.check_readiness() is
  'Whether requests can be served: {ready, checks: {database, auth, tasks_run, metrics_folded}}. Open to everyone; it tells nothing else.';
revoke all on function public.check_readiness() from public;
grant execute on function public.check_readiness() to anon, authenticated;

-- supabase/schemas/kernel/functions/colleagues.sql

create or replace function private.colleagues()
returns uuid[]
language sql
stable
security definer -- reads memberships to decide whose profile the caller may see
set search_path = ''
as $$
  select array(
    select m.user_id
      from public.memberships as m
     where m.agency_id = any (private.agencies_with('members.read'))
  )
$$;

comment on function private.colleagues() is 'The users in the agencies whose members the caller may see.';
grant execute on function private.colleagues() to authenticated;

-- supabase/schemas/kernel/functions/create_agency.sql

create or replace function public.create_agency(name text, slug text default null)
returns public.agencies
language plpgsql
volatile
security definer -- a founder is no member yet, so no policy could let them in
set search_path = ''
as $$
#variable_conflict error
begin
  return private.found_agency(private.require_user(), create_agency.name, create_agency.slug);
end;
$$;

comment on function public.create_agency(text, text) is
  'Makes an agency with the caller as owner and switches them to it; without a slug one is made from the name. Errors: 401 not_signed_in, 409 agency_slug_taken.';
revoke all on function public.create_agency(text, text) from public, anon;
grant execute on function public.create_agency(text, text) to authenticated;

-- supabase/schemas/kernel/functions/create_api_key.sql

create or replace function public.create_api_key(
  agency_id uuid,
  name text,
  permissions text[],
  expires_at timestamptz default null
)
returns jsonb
language plpgsql
volatile
security definer -- keys have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_secret text := 'blk_' || translate(encode(extensions.gen_random_bytes(32), 'base64'), '+/=', '-_');
  v_key public.api_keys;
begin
  perform private.require(create_api_key.agency_id, 'api_keys.manage');
  perform private.require_own_permissions(create_api_key.agency_id, create_api_key.permissions);
  if create_api_key.expires_at <= now() then
    raise exception using errcode = 'PT422', message = 'expiry_in_the_past',
      detail = 'A key expires in the future, or never.';
  end if;
  insert into public.api_keys (agency_id, name, prefix, secret_hash, permissions, expires_at, created_by)
  values (create_api_key.agency_id, create_api_key.name, left(v_secret, 12),
    private.hash_token(v_secret), private.union_of(create_api_key.permissions, '{}'),
    create_api_key.expires_at, private.uid())
  returning * into v_key;
  perform private.audit(v_key.agency_id, 'api_key.created', v_key.id, null, to_jsonb(v_key) - 'secret_hash');
  return private.api_key_document(v_key) || jsonb_build_object('secret', v_secret);
end;
$$;

comment on function public.create_api_key(uuid, text, text[], timestamptz) is
  'Makes a key for a program, with permissions the caller holds. The answer holds the secret, this once. Errors: 403 permission_denied or permission_not_held, 404 agency_not_found, 422 permission_unknown, expiry_in_the_past, and the named checks of api_keys.';
revoke all on function public.create_api_key(uuid, text, text[], timestamptz) from public, anon;
grant execute on function public.create_api_key(uuid, text, text[], timestamptz) to authenticated;

-- supabase/schemas/kernel/functions/create_audit_partitions.sql

create or replace function private.create_audit_partitions(months_ahead integer default 3)
returns void
language plpgsql
volatile
security definer -- only the owner may add partitions
set search_path = ''
as $$
#variable_conflict error
declare
  v_parent regclass;
  v_name text;
begin
  foreach v_parent in array '{public.audit_log,private.row_changes}'::regclass[] loop
    foreach v_name in array private.create_month_partitions(v_parent, create_audit_partitions.months_ahead) loop
      execute format(
        'create trigger %I before truncate on private.%I for each statement execute function private.tg_append_only()',
        v_name || '_never_truncated', v_name
      );
    end loop;
  end loop;
end;
$$;

comment on function private.create_audit_partitions(integer) is
  'Makes the partitions of the audit log and of the rows'' history for this month and the months ahead that do not exist yet.';

-- supabase/schemas/kernel/functions/create_month_partitions.sql

create or replace function private.create_month_partitions(parent regclass, months_ahead integer)
returns text[]
language plpgsql
volatile
security invoker -- called by definers: only the owner may add partitions
set search_path = ''
as $$
#variable_conflict error
declare
  v_month date;
  v_name text;
  v_made text[] := '{}'::text[];
begin
  for v_month in
    select m::date
      from generate_series(
        date_trunc('month', now()),
        date_trunc('month', now()) + make_interval(months => create_month_partitions.months_ahead),
        interval '1 month'
      ) as m
  loop
    v_name := (select c.relname from pg_catalog.pg_class as c where c.oid = create_month_partitions.parent)
      || '_' || to_char(v_month, 'YYYY_MM');
    if to_regclass('private.' || v_name) is null then
      execute format(
        'create table private.%I partition of %s for values from (%L) to (%L)',
        v_name, create_month_partitions.parent, v_month, (v_month + interval '1 month')::date
      );
      execute format('alter table private.%I enable row level security', v_name);
      execute format('alter table private.%I force row level security', v_name);
      v_made := v_made || v_name;
    end if;
  end loop;
  return v_made;
end;
$$;

comment on function private.create_month_partitions(regclass, integer) is
  'Makes the partitions of a table for this month and the months ahead that do not exist yet, in private and named after table and month; returns their names.';

-- supabase/schemas/kernel/functions/current_agency.sql

create or replace function private.current_agency(agency_id uuid default null)
returns uuid
language plpgsql
stable
security definer -- reads the caller's profile
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := coalesce(
    current_agency.agency_id,
    private.requested_agency(),
    (private.api_key()).agency_id,
    (select p.active_agency_id from public.profiles as p where p.id = private.uid())
  );
begin
  if v_agency is null then
    perform private.require_caller();
    raise exception using errcode = 'PT400', message = 'agency_required',
      detail = 'It is not clear which agency is meant.',
      hint = 'Create an agency or switch to one, or send its id in the header X-Agency-Id.';
  end if;
  perform private.require_member(v_agency);
  return v_agency;
end;
$$;

comment on function private.current_agency(uuid) is
  'The agency a request is about: the argument, else the header X-Agency-Id, else the caller''s active agency. Errors: 401 not_signed_in, 400 agency_required, 404 agency_not_found.';

-- supabase/schemas/kernel/functions/delete_agency_role.sql

create or replace function public.delete_agency_role(agency_id uuid, role text)
returns public.agency_roles
language plpgsql
volatile
security definer -- roles have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_role public.agency_roles;
begin
  perform private.require(delete_agency_role.agency_id, 'roles.manage');
  -- Who is inviting with the role is waited for, and who comes after finds none.
  perform from public.agencies as a where a.id = delete_agency_role.agency_id for no key update;
  if exists (
    select from public.invitations as i
     where i.agency_id = delete_agency_role.agency_id and delete_agency_role.role = any (i.roles)
       and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
  ) then
    raise exception using errcode = 'PT409', message = 'role_in_use',
      detail = 'An open invitation offers this role.', hint = 'Revoke the invitation first.';
  end if;
  delete from public.agency_roles as r
   where r.agency_id = delete_agency_role.agency_id and r.role = delete_agency_role.role
  returning r.* into v_role;
  if not found then
    raise exception using errcode = 'PT404', message = 'role_not_found',
      detail = 'The agency has made no role of this name.', hint = 'List the roles of the agency.';
  end if;
  perform private.audit(v_role.agency_id, 'role.deleted', null, to_jsonb(v_role), null);
  return v_role;
exception
  when foreign_key_violation then
    raise exception using errcode = 'PT409', message = 'role_in_use',
      detail = 'Members still hold this role.', hint = 'Give them other roles first.';
end;
$$;

comment on function public.delete_agency_role(uuid, text) is
  'Removes a role of the agency''s own that nobody holds. Errors: 403 permission_denied, 404 agency_not_found or role_not_found, 409 role_in_use.';
revoke all on function public.delete_agency_role(uuid, text) from public, anon;
grant execute on function public.delete_agency_role(uuid, text) to authenticated;

-- supabase/schemas/kernel/functions/delete_user.sql

create or replace function public.delete_user(user_id uuid)
returns jsonb
language plpgsql
volatile
security definer -- accounts are the sign-in service's rows
set search_path = ''
as $$
#variable_conflict error
declare
  v_profile public.profiles;
  v_member public.memberships;
  v_user jsonb;
  v_revoked jsonb;
begin
  perform private.require_staff();
  -- The agencies before the user, in the order of their ids, as everyone locks who changes members.
  perform from public.agencies as a
    where a.id in (select m.agency_id from public.memberships as m where m.user_id = delete_user.user_id)
    order by a.id
      for no key update;
  v_profile := private.user_to_manage(delete_user.user_id);
  for v_member in
    select m.*
      from public.memberships as m
      join public.membership_roles as mr on mr.agency_id = m.agency_id and mr.user_id = m.user_id
     where m.user_id = v_profile.id and mr.role = 'owner'
  loop
    perform private.require_owner_left(v_member);
  end loop;
  v_user := private.user_document(v_profile);
  v_revoked := private.revoke_invitations_of(v_profile.id);
  delete from auth.users as u where u.id = v_profile.id;
  perform private.audit(private.platform(), 'user.deleted', v_profile.id, v_user || v_revoked, null);
  return v_user;
end;
$$;

comment on function public.delete_user(uuid) is
  'For staff of the platform: deletes an account with its profile, sessions and memberships, revokes the open invitations they made, and answers it as it was; what it did stays in the log. Errors: 401 not_signed_in, 403 staff_required, 404 user_not_found, 409 last_owner while it is the only owner of an agency.';
revoke all on function public.delete_user(uuid) from public, anon;
grant execute on function public.delete_user(uuid) to authenticated;

-- supabase/schemas/kernel/functions/end_call.sql

create or replace function private.end_call(
  call private.call,
  idempotency_key text default null,
  fingerprint bytea default null
)
returns private.call
language plpgsql
volatile
security definer -- writes counters, keys and answers that nobody may write
set search_path = ''
as $$
#variable_conflict error
declare
  v_call private.call := end_call.call;
  v_key public.api_keys;
  v_limit private.counted_limit;
  v_least integer;
begin
  if end_call.idempotency_key is not null then
    insert into private.idempotency_keys as k (subject, key_hash, fingerprint, sealed_response)
    values (v_call.subject, private.hash_token(v_call.subject || ' ' || end_call.idempotency_key), end_call.fingerprint,
      extensions.encrypt(convert_to(v_call.body::text, 'UTF8'),
        private.sealing_key(v_call.subject, end_call.idempotency_key), 'aes'))
    on conflict (subject, key_hash) do update
       set fingerprint = excluded.fingerprint, sealed_response = excluded.sealed_response, created_at = now();
  end if;
  if v_call.subject like 'api\_key:%' then
    v_key := private.api_key();
    update public.api_keys as k
       set last_used_at = now()
     where k.agency_id = v_key.agency_id and k.id = v_key.id
       and (k.last_used_at is null or k.last_used_at < now() - interval '1 minute');
  end if;

  -- Last, because counters stay locked until the transaction ends. In one order everywhere (agency before
  -- user), so that two requests cannot block each other.
  foreach v_limit in array v_call.limits loop
    -- The clock is read once the counter is ours, so that waiting for it costs nobody a request.
    insert into private.rate_counters as c (class, kind, subject, tat)
    values (v_limit.class, v_limit.kind, v_limit.subject, clock_timestamp() + v_limit.step)
    on conflict on constraint rate_counters_pkey do update
       set tat = greatest(c.tat, clock_timestamp()) + v_limit.step
     where c.tat + v_limit.step <= clock_timestamp() + v_limit.period
    returning c.tat into v_limit.tat;
    if not found then
      -- Nobody has seen what was taken before this one, and with it given back nothing was.
      update private.rate_counters as c
         set tat = c.tat - l.step
        from unnest(v_call.limits) as l
       where l.kind < v_limit.kind and c.class = l.class and c.kind = l.kind and c.subject = l.subject;
      select c.tat into v_limit.tat
        from private.rate_counters as c
       where c.class = v_limit.class and c.kind = v_limit.kind and c.subject = v_limit.subject;
      v_call.limits := array[v_limit];
      return private.rate_refusal(v_call);
    end if;
    v_limit.remaining := least(v_limit.quota, floor(v_limit.quota
      * (1 - date_part('epoch', v_limit.tat - clock_timestamp()) / date_part('epoch', v_limit.period))));
    if v_least is null or v_limit.remaining < v_least then
      v_least := v_limit.remaining;
      v_call.tightest := v_limit;
    end if;
  end loop;
  return v_call;
end;
$$;

comment on function private.end_call(private.call, text, bytea) is
  'Stores the answer under its Idempotency-Key and takes one request from every limit that the call counts against. Refused, with nothing taken, where one is used up, and then the caller takes the effect back. Exact: of any number at once just as many pass as are left. Counters stay locked until the transaction ends, so it is called last.';
grant execute on function private.end_call(private.call, text, bytea) to anon, authenticated;

-- supabase/schemas/kernel/functions/fail_call.sql

create or replace function private.fail_call(
  call private.call,
  code text,
  message text,
  details text default null,
  hint text default null
)
returns private.call
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
declare
  v_call private.call := fail_call.call;
begin
  -- As PostgREST translates them.
  v_call.status := case
    when fail_call.code ~ '^PT[2-5]\d\d$' then substr(fail_call.code, 3)::integer
    when fail_call.code = '42501' then case when current_setting('role') = 'anon' then 401 else 403 end
    when fail_call.code in ('23503', '23505') then 409
    when fail_call.code = '25006' then 405
    when fail_call.code in ('42883', '42P01') then 404
    when fail_call.code = 'P0001' then 400
    when fail_call.code in ('42P17', '53400') then 500
    when fail_call.code ~ '^(08|53|57P01)' then 503
    when fail_call.code ~ '^(0L|0P|28)' then 403
    when fail_call.code ~ '^(09|25|2D|38|39|3B|40|54|55|57|58|F0|HV|P0|XX|PT)' then 500
    else 400
  end;
  v_call.body := jsonb_build_object(
    'code', fail_call.code, 'message', fail_call.message,
    'details', nullif(fail_call.details, ''), 'hint', nullif(fail_call.hint, ''));
  return v_call;
end;
$$;

comment on function private.fail_call(private.call, text, text, text, text) is
  'The call, answered by an error as the Data API words one, with its HTTP status.';
grant execute on function private.fail_call(private.call, text, text, text, text) to anon, authenticated;

-- supabase/schemas/kernel/functions/found_agency.sql

create or replace function private.found_agency(founder uuid, name text, slug text default null)
returns public.agencies
language plpgsql
volatile
security definer -- a founder is no member yet, so no policy could let them in
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency public.agencies;
  v_name text := trim(found_agency.name);
  v_base text := trim(both '-' from left(regexp_replace(lower(v_name), '[^a-z0-9]+', '-', 'g'), 50));
  v_slug text := coalesce(found_agency.slug, nullif(v_base, ''), 'agency');
begin
  loop
    insert into public.agencies (name, slug, created_by)
    values (v_name, v_slug, found_agency.founder)
    on conflict do nothing
    returning * into v_agency;
    exit when found;
    if found_agency.slug is not null then
      raise exception using errcode = 'PT409', message = 'agency_slug_taken',
        detail = 'Another agency already has this slug.', hint = 'Choose another slug.';
    end if;
    v_slug := concat_ws('-', nullif(v_base, ''), substr(gen_random_uuid()::text, 1, 6));
  end loop;

  insert into public.memberships (agency_id, user_id) values (v_agency.id, found_agency.founder);
  insert into public.membership_roles (agency_id, user_id, role)
  values (v_agency.id, found_agency.founder, 'owner');
  update public.profiles as p set active_agency_id = v_agency.id where p.id = found_agency.founder;
  perform private.audit(v_agency.id, 'agency.created', v_agency.id, null, to_jsonb(v_agency));
  return v_agency;
end;
$$;

comment on function private.found_agency(uuid, text, text) is
  'Makes an agency with its founder as owner and switches them to it; without a slug one is made from the name. Error 409 agency_slug_taken.';

-- supabase/schemas/kernel/functions/get_agency.sql

create or replace function public.get_agency(agency_id uuid)
returns public.agencies
language plpgsql
stable
security definer -- the helpers that authorise are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency public.agencies;
begin
  perform private.require_member(get_agency.agency_id);
  select a.* into v_agency from public.agencies as a where a.id = get_agency.agency_id;
  return v_agency;
end;
$$;

comment on function public.get_agency(uuid) is 'One of the caller''s agencies. Errors: 401 not_signed_in, 404 agency_not_found.';
revoke all on function public.get_agency(uuid) from public, anon;
grant execute on function public.get_agency(uuid) to authenticated;

-- supabase/schemas/kernel/functions/get_health_report.sql

create or replace function public.get_health_report()
returns jsonb
language plpgsql
stable
security definer -- looks at machinery that nobody else may read
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require_staff();
  return public.check_readiness() || jsonb_build_object(
    'at', now(),
    'database', jsonb_build_object(
      'version', current_setting('server_version'),
      'size_bytes', pg_database_size(current_database()),
      'connections', (select count(*) from pg_catalog.pg_stat_activity as s where s.datname = current_database()),
      'max_connections', current_setting('max_connections')::integer
    ),
    'metrics', jsonb_build_object(
      'waiting_deltas', (select count(*) from private.lead_metric_deltas),
      'oldest_delta_seconds', round(extract(epoch from private.oldest_delta()), 3)
    ),
    'tasks', jsonb_build_object(
      'waiting', (select count(*) from private.tasks as t where t.state = 'available'),
      'lag_seconds', round(extract(epoch from private.task_lag()), 3),
      'dead_letters', (select count(*) from private.tasks as t where t.state = 'discarded')
    ),
    -- Events that no month takes go to the default partition: then the schedule has not run.
    'audit', jsonb_build_object(
      'months_ahead', (
        select count(*) from generate_series(1, 12) as n
         where to_regclass('private.audit_log_' || to_char(now() + make_interval(months => n), 'YYYY_MM')) is not null),
      'events_outside_of_months', (select count(*) from private.audit_log_default)
    ),
    'idempotency_keys', (select count(*) from private.idempotency_keys)
  );
end;
$$;

comment on function public.get_health_report() is
  'For staff of the platform: readiness and what stands behind it, {ready, checks, at, database, metrics, tasks, audit, idempotency_keys}. Errors: 401 not_signed_in, 403 staff_required.';
revoke all on function public.get_health_report() from public, anon;
grant execute on function public.get_health_report() to authenticated;

-- supabase/schemas/kernel/functions/get_invitation.sql

create or replace function public.get_invitation(token text)
returns jsonb
language plpgsql
stable
security definer -- whoever holds the token may see what it invites to, before signing up
set search_path = ''
as $$
#variable_conflict error
declare
  v_document jsonb;
begin
  select jsonb_build_object('agency_name', a.name, 'email', i.email, 'roles', i.roles,
           'expires_at', i.expires_at)
    into v_document
    from public.invitations as i
    join public.agencies as a on a.id = i.agency_id
   where i.token_hash = private.hash_token(get_invitation.token)
     and i.accepted_at is null and i.revoked_at is null and i.expires_at > now();
  if v_document is null then
    raise exception using errcode = 'PT404', message = 'invitation_not_open',
      detail = 'This invitation does not exist, has been used, was revoked or has expired.',
      hint = 'Ask the agency for a new invitation.';
  end if;
  return v_document;
end;
$$;

comment on function public.get_invitation(text) is
  'What an open invitation offers: {agency_name, email, roles, expires_at}. Open to whoever holds the token. Error 404 invitation_not_open.';
revoke all on function public.get_invitation(text) from public;
grant execute on function public.get_invitation(text) to anon, authenticated;

-- supabase/schemas/kernel/functions/get_me.sql

create or replace function public.get_me()
returns jsonb
language plpgsql
stable
security definer -- one call gathers what lies behind several policies, all of it the caller's own
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid := private.require_user();
  v_profile public.profiles;
  v_agency uuid;
  v_permissions jsonb := '{"roles": [], "permissions": []}'::jsonb;
begin
  select p.* into v_profile from public.profiles as p where p.id = v_user;
  v_agency := coalesce(private.requested_agency(), v_profile.active_agency_id);
  if v_agency = any (private.my_agencies()) then
    v_permissions := public.my_permissions(v_agency) - '{agency_id,platforms}'::text[];
  end if;
  return to_jsonb(v_profile) || v_permissions || jsonb_build_object(
    'agencies', (
      select coalesce(jsonb_agg(jsonb_build_object(
               'id', a.id, 'name', a.name, 'slug', a.slug, 'status', m.status,
               'archived_at', a.archived_at,
               'roles', array(
                 select mr.role from public.membership_roles as mr
                  where mr.agency_id = m.agency_id and mr.user_id = m.user_id
                  order by mr.role
               )
             ) order by a.name, a.id), '[]')
        from public.memberships as m
        join public.agencies as a on a.id = m.agency_id
       where m.user_id = v_user
    )
  );
end;
$$;

comment on function public.get_me() is
  'The caller''s profile, their agencies with status and roles, and their roles and permissions in the active (or requested) agency. Error 401 not_signed_in.';
revoke all on function public.get_me() from public, anon;
grant execute on function public.get_me() to authenticated;

-- supabase/schemas/kernel/functions/hash_token.sql

create or replace function private.hash_token(token text)
returns bytea
language plpgsql
immutable
set search_path = ''
as $$
#variable_conflict error
begin
  return sha256(convert_to(hash_token.token, 'UTF8'));
end;
$$;

comment on function private.hash_token(text) is
  'What is stored in a token''s place. Tokens hold 256 random bits, which needs no salt and no slow hash.';

-- supabase/schemas/kernel/functions/holds_everywhere.sql

create or replace function private.holds_everywhere(permission text)
returns boolean
language plpgsql
stable
security definer -- reads memberships that the caller may not see
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid := private.uid();
  v_requested uuid := private.requested_agency();
begin
  if v_user is null then
    return private.is_service() or coalesce(holds_everywhere.permission = any ((private.api_key()).permissions), false);
  end if;
  perform from private.effective_permissions as e
    where e.user_id = v_user
      and (v_requested is null or e.agency_id = v_requested)
      and holds_everywhere.permission <> all (e.permissions)
      and e.permissions <> '{}';
  return not found;
end;
$$;

comment on function private.holds_everywhere(text) is
  'Whether the caller holds the permission in every agency in which they hold any. Lets a policy that is bounded by agencies_with() decide once for a statement what it would otherwise decide row by row; both read the same rows, so that one that is missing closes.';
grant execute on function private.holds_everywhere(text) to authenticated;

-- supabase/schemas/kernel/functions/invitation_document.sql

create or replace function private.invitation_document(invitation public.invitations)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select to_jsonb(invitation) - 'token_hash' || jsonb_build_object(
    'status', case
      when (invitation).accepted_at is not null then 'accepted'
      when (invitation).revoked_at is not null then 'revoked'
      when (invitation).expires_at <= now() then 'expired'
      else 'open'
    end
  )
$$;

comment on function private.invitation_document(public.invitations) is
  'An invitation as the API shows one: with its status, without the token''s hash.';

-- supabase/schemas/kernel/functions/invite_member.sql

create or replace function public.invite_member(
  agency_id uuid,
  email text,
  roles text[],
  client_id uuid default null
)
returns jsonb
language plpgsql
volatile
security definer -- invitations have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_token text := translate(encode(extensions.gen_random_bytes(32), 'base64'), '+/=', '-_');
  v_email extensions.citext := trim(invite_member.email);
  v_invitation public.invitations;
begin
  perform private.require(invite_member.agency_id, 'members.manage');
  -- One change of members at a time: an address has one open invitation, and whoever is removed
  -- meanwhile invites nobody.
  perform from public.agencies as a where a.id = invite_member.agency_id for no key update;
  perform private.require(invite_member.agency_id, 'members.manage');
  perform private.require_roles(invite_member.agency_id, invite_member.roles, invite_member.client_id);
  -- The operator by its full name: with an empty search_path citext would be compared as text.
  if exists (
    select from public.memberships as m
      join public.profiles as p on p.id = m.user_id
     where m.agency_id = invite_member.agency_id and p.email operator(extensions.=) v_email
  ) then
    raise exception using errcode = 'PT409', message = 'already_a_member',
      detail = 'This person is already a member of the agency.', hint = 'Set their roles instead.';
  end if;

  -- A new invitation takes the place of an open one: the old token stops working.
  update public.invitations as i
     set revoked_at = now()
   where i.agency_id = invite_member.agency_id and i.email operator(extensions.=) v_email
     and i.accepted_at is null and i.revoked_at is null;
  insert into public.invitations (agency_id, email, roles, client_id, token_hash, invited_by)
  values (invite_member.agency_id, v_email, invite_member.roles, invite_member.client_id,
    private.hash_token(v_token), private.uid())
  returning * into v_invitation;
  perform private.audit(v_invitation.agency_id, 'invitation.created', v_invitation.id, null,
    private.invitation_document(v_invitation));
  return private.invitation_document(v_invitation) || jsonb_build_object(
    'token', v_token,
    'agency_name', (select a.name from public.agencies as a where a.id = v_invitation.agency_id)
  );
end;
$$;

comment on function public.invite_member(uuid, text, text[], uuid) is
  'Invites an e-mail address for 7 days. The answer holds the token, this once; a later invitation of the same address revokes the earlier. Errors: 403 permission_denied, permission_not_held or owner_required, 404 agency_not_found, 409 already_a_member, 422 role_required, role_unknown or client_required.';
revoke all on function public.invite_member(uuid, text, text[], uuid) from public, anon;
grant execute on function public.invite_member(uuid, text, text[], uuid) to authenticated;

-- supabase/schemas/kernel/functions/is_service.sql

create or replace function private.is_service()
returns boolean
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
begin
  -- The role the connection switched to, not a claim; a definer's own identity does not change it.
  return coalesce(current_setting('role', true), '') = 'service_role';
end;
$$;

comment on function private.is_service() is 'Whether the request came with the secret key.';
grant execute on function private.is_service() to anon, authenticated;

-- supabase/schemas/kernel/functions/is_staff.sql

create or replace function private.is_staff()
returns boolean
language sql
stable
security definer -- the list is nobody's to read
set search_path = ''
as $$
  select private.is_service() or exists (
    select from private.platform_staff as s where s.user_id = private.uid()
  )
$$;

comment on function private.is_staff() is
  'Whether the caller runs the platform (or is the secret key). Looked up at each statement, never taken from the token.';

-- supabase/schemas/kernel/functions/join_agency.sql

create or replace function private.join_agency(user_id uuid, email text, token text)
returns public.memberships
language plpgsql
volatile
security definer -- whoever is invited is no member yet, so no policy could let them in
set search_path = ''
as $$
#variable_conflict error
declare
  v_invitation public.invitations := private.open_invitation(join_agency.token);
  v_member public.memberships;
begin
  -- In lower case by hand: with an empty search_path citext would be compared as text. Who signs up
  -- without an address is not the one invited.
  if lower(v_invitation.email::text) is distinct from lower(join_agency.email) then
    raise exception using errcode = 'PT403', message = 'invitation_for_another_email',
      detail = 'This invitation was sent to another e-mail address.',
      hint = 'Sign in with the address that was invited.';
  end if;
  insert into public.memberships as m (agency_id, user_id, client_id)
  values (v_invitation.agency_id, join_agency.user_id, v_invitation.client_id)
  on conflict on constraint memberships_are_once_per_user do nothing
  returning m.* into v_member;
  if not found then
    raise exception using errcode = 'PT409', message = 'already_a_member',
      detail = 'You are already a member of the agency.';
  end if;
  insert into public.membership_roles (agency_id, user_id, role)
  select distinct v_member.agency_id, v_member.user_id, r from unnest(v_invitation.roles) as r;
  update public.invitations as i
     set accepted_at = now()
   where i.agency_id = v_invitation.agency_id and i.id = v_invitation.id;
  update public.profiles as p
     set active_agency_id = v_invitation.agency_id
   where p.id = join_agency.user_id;
  perform private.audit(v_invitation.agency_id, 'invitation.accepted', v_invitation.id, null,
    private.member_document(v_member));
  return v_member;
end;
$$;

comment on function private.join_agency(uuid, text, text) is
  'Uses an invitation up: membership, roles, active agency. Errors: 403 invitation_for_another_email, 404 invitation_not_open, 409 already_a_member.';

-- supabase/schemas/kernel/functions/list_agencies.sql

create or replace function public.list_agencies()
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select jsonb_build_object(
    'items', coalesce(jsonb_agg(to_jsonb(a) order by a.name, a.id), '[]'),
    'total', count(*)
  )
    from public.agencies as a
$$;

comment on function public.list_agencies() is
  'The caller''s agencies as a page document {items, total}, archived ones too, by name.';
revoke all on function public.list_agencies() from public, anon;
grant execute on function public.list_agencies() to authenticated;

-- supabase/schemas/kernel/functions/list_api_keys.sql

create or replace function public.list_api_keys(agency_id uuid default null)
returns jsonb
language plpgsql
stable
security definer -- resolves the agency through helpers that are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(list_api_keys.agency_id);
begin
  perform private.require(v_agency, 'api_keys.manage');
  return (
    select jsonb_build_object(
             'items', coalesce(jsonb_agg(private.api_key_document(k) order by k.id desc), '[]'),
             'total', count(*)
           )
      from public.api_keys as k
     where k.agency_id = v_agency
  );
end;
$$;

comment on function public.list_api_keys(uuid) is
  'The agency''s API keys without their secrets, with who made them and whether they are a member still, the newest first: {items, total}. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found.';
revoke all on function public.list_api_keys(uuid) from public, anon;
grant execute on function public.list_api_keys(uuid) to authenticated;

-- supabase/schemas/kernel/functions/list_invitations.sql

create or replace function public.list_invitations(agency_id uuid default null)
returns jsonb
language plpgsql
stable
security definer -- resolves the agency through helpers that are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(list_invitations.agency_id);
begin
  perform private.require(v_agency, 'members.manage');
  return (
    select jsonb_build_object(
             'items', coalesce(jsonb_agg(private.invitation_document(i) order by i.id desc), '[]'),
             'total', count(*)
           )
      from public.invitations as i
     where i.agency_id = v_agency
  );
end;
$$;

comment on function public.list_invitations(uuid) is
  'The agency''s invitations with their status (open, accepted, revoked, expired), the newest first. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found.';
revoke all on function public.list_invitations(uuid) from public, anon;
grant execute on function public.list_invitations(uuid) to authenticated;

-- supabase/schemas/kernel/functions/list_members.sql

create or replace function public.list_members(
  agency_id uuid default null,
  page integer default 1,
  page_size integer default 20,
  search text default null
)
returns jsonb
language plpgsql
stable
security definer -- resolves the agency through helpers that are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(list_members.agency_id);
  v_offset bigint := private.page_offset(list_members.page, list_members.page_size);
  v_items jsonb;
  v_total bigint;
begin
  perform private.require(v_agency, 'members.read');

  with matching as (
    select m.*, coalesce(p.full_name, p.email::text) as sort_name
      from public.memberships as m
      join public.profiles as p on p.id = m.user_id
     where m.agency_id = v_agency
       and (list_members.search is null
         or strpos(lower(concat_ws(' ', p.full_name, p.email, m.title)), lower(list_members.search)) > 0)
  ), page as (
    select m.user_id, m.sort_name from matching as m
     order by m.sort_name, m.user_id limit list_members.page_size offset v_offset
  )
  select (select count(*) from matching),
         coalesce(jsonb_agg(private.member_document(m) order by page.sort_name, m.user_id), '[]')
    into v_total, v_items
    from page
    join public.memberships as m on m.agency_id = v_agency and m.user_id = page.user_id;

  return jsonb_build_object('items', v_items, 'total', v_total);
end;
$$;

comment on function public.list_members(uuid, integer, integer, text) is
  'A page {items, total} of the agency''s members by name; search looks into name, e-mail and title. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, 422 page_out_of_range.';
revoke all on function public.list_members(uuid, integer, integer, text) from public, anon;
grant execute on function public.list_members(uuid, integer, integer, text) to authenticated;

-- supabase/schemas/kernel/functions/list_roles.sql

create or replace function public.list_roles(agency_id uuid default null)
returns jsonb
language plpgsql
stable
security definer -- resolves the agency through helpers that are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(list_roles.agency_id);
begin
  perform private.require(v_agency, 'members.read');
  return (
    select jsonb_agg(jsonb_build_object(
             'role', r.role, 'title', r.title, 'description', r.description,
             'is_system', r.is_system, 'permissions', to_jsonb(r.permissions)
           ) order by r.position nulls last, r.role)
      from (
        select s.role, s.title, s.description, true as is_system, s.position, array(
                 select rp.permission from public.role_permissions as rp
                  where rp.role = s.role order by rp.permission
               ) as permissions
          from public.roles as s
        union all
        select own.role, own.title, own.description, false, null, own.permissions
          from public.agency_roles as own
         where own.agency_id = v_agency
      ) as r
  );
end;
$$;

comment on function public.list_roles(uuid) is
  'The roles a member of the agency may hold, the system''s and its own, with their permissions. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found.';
revoke all on function public.list_roles(uuid) from public, anon;
grant execute on function public.list_roles(uuid) to authenticated;

-- supabase/schemas/kernel/functions/list_users.sql

create or replace function public.list_users(
  search text default null,
  page integer default 1,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- staff see users of every agency, which no policy lets them
set search_path = ''
as $$
#variable_conflict error
declare
  v_offset bigint := private.page_offset(list_users.page, list_users.page_size);
  v_total bigint;
  v_items jsonb;
begin
  perform private.require_staff();
  with matching as (
    select p.*
      from public.profiles as p
     where list_users.search is null
        or strpos(lower(concat_ws(' ', p.full_name, p.email)), lower(list_users.search)) > 0
  ), page as (
    select m.id from matching as m
     order by m.created_at desc, m.id desc limit list_users.page_size offset v_offset
  )
  select (select count(*) from matching),
         coalesce(jsonb_agg(private.user_document(p) order by p.created_at desc, p.id desc), '[]')
    into v_total, v_items
    from page
    join public.profiles as p on p.id = page.id;
  return jsonb_build_object('items', v_items, 'total', v_total);
end;
$$;

comment on function public.list_users(text, integer, integer) is
  'For staff of the platform: a page {items, total} of all users, the newest first, with their agencies; search looks into name and e-mail. Errors: 401 not_signed_in, 403 staff_required, 422 page_out_of_range.';
revoke all on function public.list_users(text, integer, integer) from public, anon;
grant execute on function public.list_users(text, integer, integer) to authenticated;

-- supabase/schemas/kernel/functions/member_document.sql

create or replace function private.member_document(membership public.memberships)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'user_id', membership.user_id,
    'email', p.email,
    'full_name', p.full_name,
    'avatar_url', p.avatar_url,
    'title', membership.title,
    'status', membership.status,
    'client_id', membership.client_id,
    'roles', array(
      select mr.role from public.membership_roles as mr
       where mr.agency_id = membership.agency_id and mr.user_id = membership.user_id
       order by mr.role
    ),
    'overrides', (
      select coalesce(jsonb_agg(jsonb_build_object(
               'permission', mp.permission, 'platform', mp.platform, 'effect', mp.effect
             ) order by mp.permission, mp.platform), '[]')
        from public.member_permissions as mp
       where mp.agency_id = membership.agency_id and mp.user_id = membership.user_id
    ),
    'created_at', membership.created_at
  )
    from public.profiles as p
   where p.id = membership.user_id
$$;

comment on function private.member_document(public.memberships) is 'A member as the API shows one.';

-- supabase/schemas/kernel/functions/member_to_manage.sql

create or replace function private.member_to_manage(
  agency_id uuid,
  user_id uuid,
  permission text default 'members.manage'
)
returns public.memberships
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_member public.memberships;
begin
  -- Before the lock, so that outsiders hold up nobody.
  perform private.require_member(member_to_manage.agency_id);
  -- One change of members at a time, so that two owners cannot undo each other at once; it does not
  -- wait for imports, whose rows refer to the agency.
  perform from public.agencies as a where a.id = member_to_manage.agency_id for no key update;
  -- After it, as others may have taken the caller's seat or permission meanwhile; leaving needs none.
  perform private.require_member(member_to_manage.agency_id);
  if member_to_manage.permission is not null then
    perform private.require(member_to_manage.agency_id, member_to_manage.permission);
  end if;
  select m.* into v_member
    from public.memberships as m
   where m.agency_id = member_to_manage.agency_id and m.user_id = member_to_manage.user_id;
  if not found then
    raise exception using errcode = 'PT404', message = 'member_not_found',
      detail = 'The agency has no member with this id.', hint = 'List the members of the agency.';
  end if;
  if not private.can(v_member.agency_id, 'agency.transfer') and exists (
    select from public.membership_roles as mr
     where mr.agency_id = v_member.agency_id and mr.user_id = v_member.user_id and mr.role = 'owner'
  ) then
    raise exception using errcode = 'PT403', message = 'owner_required',
      detail = 'Only an owner can change what an owner is or may.', hint = 'Ask an owner of the agency.';
  end if;
  return v_member;
end;
$$;

comment on function private.member_to_manage(uuid, uuid, text) is
  'The member, with the agency''s membership locked against other changes, for whoever holds the permission (null asks for none but to be a member); errors 401 not_signed_in, 404 agency_not_found or member_not_found, 403 permission_denied, and owner_required for whoever is no owner and would change one.';

-- supabase/schemas/kernel/functions/my_agencies.sql

create or replace function private.my_agencies()
returns uuid[]
language plpgsql
stable
security definer -- reads memberships that the caller may not see
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid := private.uid();
  v_requested uuid := private.requested_agency();
  v_agency uuid;
begin
  if v_user is null then
    if private.is_service() then
      return array(
        select a.id from public.agencies as a
         where v_requested is null or a.id = v_requested
      );
    end if;
    v_agency := (private.api_key()).agency_id;
    return array(select v_agency where v_agency = coalesce(v_requested, v_agency));
  end if;
  return array(
    select m.agency_id
      from public.memberships as m
     where m.user_id = v_user
       and m.status = 'active'
       and (v_requested is null or m.agency_id = v_requested)
  );
end;
$$;

comment on function private.my_agencies() is
  'The agencies, archived ones too, of which the caller is an active member (for an API key, its agency), narrowed to X-Agency-Id where the request names one.';
grant execute on function private.my_agencies() to authenticated;

-- supabase/schemas/kernel/functions/my_permissions.sql

create or replace function public.my_permissions(agency_id uuid default null)
returns jsonb
language plpgsql
stable
security definer -- resolves the agency through helpers that are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(my_permissions.agency_id);
begin
  return jsonb_build_object(
    'agency_id', v_agency,
    'roles', array(
      select mr.role from public.membership_roles as mr
       where mr.agency_id = v_agency and mr.user_id = private.uid()
       order by mr.role
    ),
    'permissions', array(
      select p.permission from public.user_permissions_view as p
       where p.agency_id = v_agency and p.user_id = private.uid() and p.platform is null
      union
      select p from unnest((private.api_key()).permissions) as p
       order by 1
    ),
    'platforms', (
      select coalesce(jsonb_object_agg(o.platform, o.overrides), '{}')
        from (
          select mp.platform, jsonb_object_agg(mp.permission, mp.effect) as overrides
            from public.member_permissions as mp
           where mp.agency_id = v_agency and mp.user_id = private.uid() and mp.platform is not null
           group by mp.platform
        ) as o
    )
  );
end;
$$;

comment on function public.my_permissions(uuid) is
  'The caller''s roles and permissions in the agency: {agency_id, roles, permissions, platforms: {platform: {permission: allow or deny}}}. Errors: 400 agency_required, 401 not_signed_in, 404 agency_not_found.';
revoke all on function public.my_permissions(uuid) from public, anon;
grant execute on function public.my_permissions(uuid) to authenticated;

-- supabase/schemas/kernel/functions/oldest_delta.sql

create or replace function private.oldest_delta()
returns interval
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  return coalesce(
    now() - (select d.at from private.lead_metric_deltas as d order by d.id limit 1), interval '0');
end;
$$;

comment on function private.oldest_delta() is 'How long the oldest change of the figures has waited to be folded in.';

-- supabase/schemas/kernel/functions/open_invitation.sql

create or replace function private.open_invitation(token text)
returns public.invitations
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_invitation public.invitations;
begin
  -- The agency before the invitation, as everyone locks who changes members.
  perform from public.agencies as a
    where a.id in (
      select i.agency_id from public.invitations as i
       where i.token_hash = private.hash_token(open_invitation.token))
      for no key update;
  -- Locked by its user, so that one token cannot be accepted twice at once.
  select i.* into v_invitation
    from public.invitations as i
   where i.token_hash = private.hash_token(open_invitation.token)
     for update;
  if v_invitation.id is null or v_invitation.accepted_at is not null
    or v_invitation.revoked_at is not null or v_invitation.expires_at <= now() then
    raise exception using errcode = 'PT404', message = 'invitation_not_open',
      detail = 'This invitation does not exist, has been used, was revoked or has expired.',
      hint = 'Ask the agency for a new invitation.';
  end if;
  return v_invitation;
end;
$$;

comment on function private.open_invitation(text) is
  'The open invitation that the token belongs to, locked with its agency; error 404 invitation_not_open.';

-- supabase/schemas/kernel/functions/page_offset.sql

create or replace function private.page_offset(page integer, page_size integer)
returns bigint
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if page_offset.page is null or page_offset.page < 1
    or page_offset.page_size is null or page_offset.page_size not between 1 and 100 then
    raise exception using errcode = 'PT422', message = 'page_out_of_range',
      detail = 'Pages count from 1 and hold 1 to 100 items.';
  end if;
  return (page_offset.page - 1)::bigint * page_offset.page_size;
end;
$$;

comment on function private.page_offset(integer, integer) is
  'How many items lie before the page; error 422 page_out_of_range.';

-- supabase/schemas/kernel/functions/platform.sql

create or replace function private.platform()
returns uuid
language sql
immutable
set search_path = ''
as $$
  select '00000000-0000-0000-0000-000000000000'::uuid
$$;

comment on function private.platform() is
  'Stands for the agency in the audit events of what is no agency''s: just staff see them.';

-- supabase/schemas/kernel/functions/rate_refusal.sql

create or replace function private.rate_refusal(call private.call)
returns private.call
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
declare
  v_call private.call := private.fail_call(
    rate_refusal.call, 'PT429', 'rate_limited', 'Too many requests.', 'Wait as long as Retry-After says.');
begin
  -- Where several are used up, the one that takes longest counts.
  select l into v_call.tightest
    from unnest(v_call.limits) as l
   order by l.tat + l.step - l.period desc nulls last
   limit 1;
  v_call.tightest.remaining := 0;
  return v_call;
end;
$$;

comment on function private.rate_refusal(private.call) is 'The call, refused because a limit is used up.';

-- supabase/schemas/kernel/functions/refresh_permissions.sql

create or replace function private.refresh_permissions(agency_ids uuid[], user_ids uuid[] default null)
returns void
language plpgsql
volatile
security definer -- nobody else may write what checks believe
set search_path = ''
as $$
#variable_conflict error
begin
  -- Whose membership ended needs nothing: their rows went with it.
  if refresh_permissions.user_ids is not null and not exists (
    select from public.memberships as m
     where m.agency_id = any (refresh_permissions.agency_ids)
       and m.user_id = any (refresh_permissions.user_ids)
  ) then
    return;
  end if;
  -- One change of permissions in an agency at a time, and the next statement sees what it waited for.
  -- A write, not just a lock: a transaction that reads an older snapshot than that fails (40001).
  perform from public.agencies as a
    where a.id = any (refresh_permissions.agency_ids) order by a.id for no key update;
  update public.agencies as a set updated_at = a.updated_at
   where a.id = any (refresh_permissions.agency_ids);
  insert into private.effective_permissions as e (agency_id, user_id, permissions)
  select m.agency_id, m.user_id, array(
           select distinct p.permission
             from public.user_permissions_view as p
            where p.agency_id = m.agency_id and p.user_id = m.user_id and p.platform is null
            order by p.permission
         )
    from public.memberships as m
   where m.agency_id = any (refresh_permissions.agency_ids)
     and (refresh_permissions.user_ids is null or m.user_id = any (refresh_permissions.user_ids))
     -- Whose membership another is ending is waited for, and left out.
     for key share of m
  on conflict (agency_id, user_id) do update set permissions = excluded.permissions;
end;
$$;

comment on function private.refresh_permissions(uuid[], uuid[]) is
  'Writes down again what the members hold, as user_permissions_view has it: these users in these agencies, or everyone in them. Changes of one agency wait for each other, so that none goes by what another is changing.';

-- supabase/schemas/kernel/functions/remove_member.sql

create or replace function public.remove_member(agency_id uuid, user_id uuid)
returns jsonb
language plpgsql
volatile
security definer -- membership has no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  -- Everyone may leave; to send someone away takes the permission.
  v_member public.memberships := private.member_to_manage(remove_member.agency_id, remove_member.user_id,
    case when remove_member.user_id is distinct from private.uid() then 'members.manage' end);
  v_before jsonb := private.member_document(v_member);
  v_revoked jsonb;
begin
  if v_before -> 'roles' ? 'owner' then
    perform private.require_owner_left(v_member);
  end if;
  v_revoked := private.revoke_invitations_of(v_member.user_id, v_member.agency_id);
  delete from public.memberships as m
   where m.agency_id = v_member.agency_id and m.id = v_member.id;
  update public.profiles as p
     set active_agency_id = null
   where p.id = v_member.user_id and p.active_agency_id = v_member.agency_id;
  perform private.audit(v_member.agency_id, 'member.removed', v_member.user_id, v_before || v_revoked, null);
  return v_before;
end;
$$;

comment on function public.remove_member(uuid, uuid) is
  'Ends a membership, one''s own or another''s, and answers the member as it was; what the member was assigned is free again, and the open invitations they made are revoked; API keys they made are the agency''s and stay. Works on the member''s next statement. Errors: 403 permission_denied or owner_required, 404 agency_not_found or member_not_found, 409 last_owner.';
revoke all on function public.remove_member(uuid, uuid) from public, anon;
grant execute on function public.remove_member(uuid, uuid) to authenticated;

-- supabase/schemas/kernel/functions/request_header.sql

create or replace function private.request_header(name text)
returns text
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
declare
  v_headers text := current_setting('request.headers', true);
begin
  -- Asked several times a request, mostly for what is not there: to look for the name takes less than
  -- to read all headers as JSON.
  if strpos(v_headers, request_header.name) > 0 then
    return nullif(v_headers::jsonb ->> request_header.name, '');
  end if;
  return null;
end;
$$;

comment on function private.request_header(text) is
  'A header of the HTTP request, by its lower-case name; null outside of one.';
grant execute on function private.request_header(text) to anon, authenticated;

-- supabase/schemas/kernel/functions/requested_agency.sql

create or replace function private.requested_agency()
returns uuid
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_header text := private.request_header('x-agency-id');
begin
  if not pg_input_is_valid(v_header, 'uuid') then
    raise exception using errcode = 'PT400', message = 'agency_header_invalid',
      detail = 'The header X-Agency-Id is not a UUID.',
      hint = 'Send the id of one of your agencies, or leave the header out.';
  end if;
  return v_header::uuid;
end;
$$;

comment on function private.requested_agency() is
  'The agency the request names in X-Agency-Id; null without the header. Error 400 agency_header_invalid.';
grant execute on function private.requested_agency() to authenticated;

-- supabase/schemas/kernel/functions/require.sql

create or replace function private.require(agency_id uuid, variadic permissions text[])
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require_member(require.agency_id);
  if not private.can(require.agency_id, variadic require.permissions) then
    raise exception using errcode = 'PT403', message = 'permission_denied',
      detail = format('This needs the permission %s in the agency.',
        array_to_string(require.permissions, ' or ')),
      hint = 'Ask an owner or admin of the agency for a role that holds it.';
  end if;
end;
$$;

comment on function private.require(uuid, text[]) is
  'Refuses a caller without any of the permissions: 401 not_signed_in, 404 agency_not_found for outsiders, 403 permission_denied for members.';

-- supabase/schemas/kernel/functions/require_caller.sql

create or replace function private.require_caller()
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if not private.is_service() and (private.api_key()).id is null then
    perform private.require_user();
  end if;
end;
$$;

comment on function private.require_caller() is
  'Refuses whoever is neither signed in, nor a good API key, nor the secret key: 401 not_signed_in.';

-- supabase/schemas/kernel/functions/require_keys.sql

create or replace function private.require_keys(document jsonb, allowed text[])
returns void
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_unknown text;
begin
  if jsonb_typeof(require_keys.document) is distinct from 'object' then
    raise exception using errcode = 'PT422', message = 'not_an_object',
      detail = 'A JSON object of fields is needed.';
  end if;
  select string_agg(k, ', ' order by k) into v_unknown
    from jsonb_object_keys(require_keys.document) as k
   where k <> all (require_keys.allowed);
  if v_unknown is not null then
    raise exception using errcode = 'PT422', message = 'unknown_field',
      detail = format('There is no field %s here.', v_unknown),
      hint = format('The fields are %s.', array_to_string(require_keys.allowed, ', '));
  end if;
end;
$$;

comment on function private.require_keys(jsonb, text[]) is
  'Refuses a document that is no object (422 not_an_object) or has other keys than the allowed ones (422 unknown_field).';

-- supabase/schemas/kernel/functions/require_member.sql

create or replace function private.require_member(agency_id uuid)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require_caller();
  if (require_member.agency_id = any (private.my_agencies())) is not true then
    raise exception using errcode = 'PT404', message = 'agency_not_found',
      detail = 'No agency with this id is visible to you.',
      hint = 'List your agencies to see which ids there are.';
  end if;
end;
$$;

comment on function private.require_member(uuid) is
  'Refuses whoever is not an active member of the agency: 401 not_signed_in, 404 agency_not_found.';

-- supabase/schemas/kernel/functions/require_no_denial.sql

create or replace function private.require_no_denial(agency_id uuid, user_id uuid)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if exists (
    select from public.member_permissions as d
     where d.agency_id = require_no_denial.agency_id and d.user_id = require_no_denial.user_id
       and d.effect = 'deny'
  ) then
    raise exception using errcode = 'PT409', message = 'owner_holds_everything',
      detail = 'Who is denied a permission cannot be an owner.', hint = 'Take the denials away first.';
  end if;
end;
$$;

comment on function private.require_no_denial(uuid, uuid) is
  'Refuses to make an owner of a member who is denied something: 409 owner_holds_everything. Else the last owner could be one who may not act.';

-- supabase/schemas/kernel/functions/require_own_permissions.sql

create or replace function private.require_own_permissions(
  agency_id uuid,
  permissions text[],
  platform text default null
)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_unknown text;
  v_missing text;
begin
  select string_agg(coalesce(p, 'null'), ', ' order by p) into v_unknown
    from unnest(require_own_permissions.permissions) as p
   where not exists (select from public.permissions as known where known.permission = p);
  if v_unknown is not null then
    raise exception using errcode = 'PT422', message = 'permission_unknown',
      detail = format('There is no permission %s.', v_unknown),
      hint = 'List the permissions of the agency''s roles.';
  end if;
  select string_agg(p, ', ' order by p) into v_missing
    from unnest(require_own_permissions.permissions) as p
   where case
     when require_own_permissions.platform is not null then
       not private.can_on_platform(require_own_permissions.agency_id, require_own_permissions.platform, p)
     -- Everywhere is more than whoever is denied it on one platform holds.
     else not private.can(require_own_permissions.agency_id, p) or exists (
       select from public.member_permissions as d
        where d.agency_id = require_own_permissions.agency_id and d.user_id = private.uid()
          and d.permission = p and d.effect = 'deny')
   end;
  if v_missing is not null then
    raise exception using errcode = 'PT403', message = 'permission_not_held',
      detail = format('You do not hold %s yourself.', v_missing),
      hint = 'Nobody passes on more than they may do; ask an owner of the agency.';
  end if;
end;
$$;

comment on function private.require_own_permissions(uuid, text[], text) is
  'Refuses to pass on permissions that the caller does not hold, everywhere or on the platform: 403 permission_not_held; 422 permission_unknown where there is none of the name.';

-- supabase/schemas/kernel/functions/require_owner_left.sql

create or replace function private.require_owner_left(leaving public.memberships)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if not exists (
    select from public.membership_roles as mr
      join public.memberships as m on m.agency_id = mr.agency_id and m.user_id = mr.user_id
     where mr.agency_id = (leaving).agency_id
       and mr.role = 'owner'
       and m.status = 'active'
       and mr.user_id <> (leaving).user_id
  ) then
    raise exception using errcode = 'PT409', message = 'last_owner',
      detail = 'An agency keeps at least one active owner.', hint = 'Make another member an owner first.';
  end if;
end;
$$;

comment on function private.require_owner_left(public.memberships) is
  'Refuses to let the last active owner go: 409 last_owner.';

-- supabase/schemas/kernel/functions/require_roles.sql

create or replace function private.require_roles(agency_id uuid, roles text[], client_id uuid)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_unknown text;
begin
  if coalesce(cardinality(require_roles.roles), 0) = 0 then
    raise exception using errcode = 'PT422', message = 'role_required',
      detail = 'A member holds at least one role.';
  end if;
  select string_agg(coalesce(r, 'null'), ', ') into v_unknown
    from unnest(require_roles.roles) as r
   where not exists (select from public.roles as known where known.role = r)
     and not exists (
       select from public.agency_roles as own
        where own.agency_id = require_roles.agency_id and own.role = r
     );
  if v_unknown is not null then
    raise exception using errcode = 'PT422', message = 'role_unknown',
      detail = format('There is no role %s.', v_unknown), hint = 'List the roles of the agency.';
  end if;
  if 'owner' = any (require_roles.roles)
    and not private.can(require_roles.agency_id, 'agency.transfer') then
    raise exception using errcode = 'PT403', message = 'owner_required',
      detail = 'Only an owner can make someone an owner.', hint = 'Ask an owner of the agency.';
  end if;
  perform private.require_own_permissions(require_roles.agency_id, array(
    select rp.permission from public.role_permissions as rp where rp.role = any (require_roles.roles)
    union
    select p
      from public.agency_roles as own, unnest(own.permissions) as p
     where own.agency_id = require_roles.agency_id and own.role = any (require_roles.roles)
  ));
  if 'client' = any (require_roles.roles) and not exists (
    select from public.clients as c
     where c.agency_id = require_roles.agency_id and c.id = require_roles.client_id
  ) then
    raise exception using errcode = 'PT422', message = 'client_required',
      detail = 'The role client needs the client of this agency whose figures the member sees.',
      hint = 'Send client_id with the role.';
  end if;
end;
$$;

comment on function private.require_roles(uuid, text[], uuid) is
  'Refuses roles that cannot be given by the caller: 422 role_required, role_unknown or client_required, 403 owner_required, permission_not_held.';

-- supabase/schemas/kernel/functions/require_staff.sql

create or replace function private.require_staff()
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if private.is_staff() then
    return;
  end if;
  perform private.require_user();
  raise exception using errcode = 'PT403', message = 'staff_required',
    detail = 'This is for the staff of the platform.';
end;
$$;

comment on function private.require_staff() is
  'Refuses whoever does not run the platform: 401 not_signed_in, 403 staff_required.';

-- supabase/schemas/kernel/functions/require_timezone.sql

create or replace function private.require_timezone(timezone text)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  -- Reads a file for each zone there is. The cast would be quick, and take any invention such as XYZ5.
  if not exists (select from pg_catalog.pg_timezone_names as z where z.name = require_timezone.timezone) then
    raise exception using errcode = 'PT422', message = 'timezone_unknown',
      detail = format('There is no time zone %s.', require_timezone.timezone), hint = 'Name one as in Europe/Lisbon.';
  end if;
end;
$$;

comment on function private.require_timezone(text) is
  'Refuses a time zone that is none: 422 timezone_unknown. It takes tens of milliseconds: to be asked when a zone is entered, not each time it is used.';

-- supabase/schemas/kernel/functions/require_user.sql

create or replace function private.require_user()
returns uuid
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if private.uid() is null then
    raise exception using errcode = 'PT401', message = 'not_signed_in',
      detail = 'This needs a signed-in user.', hint = 'Sign in and send the access token.';
  end if;
  return private.uid();
end;
$$;

comment on function private.require_user() is 'The signed-in user; error 401 not_signed_in without one.';

-- supabase/schemas/kernel/functions/restore_agency.sql

create or replace function public.restore_agency(agency_id uuid)
returns public.agencies
language plpgsql
volatile
security definer -- agencies have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency public.agencies;
begin
  perform private.require_member(restore_agency.agency_id);
  -- No permission holds in an archived agency, so that the role itself has to be asked for.
  if not private.is_service() and not exists (
    select from public.membership_roles as mr
      join public.role_permissions as rp on rp.role = mr.role
     where mr.agency_id = restore_agency.agency_id
       and mr.user_id = private.uid()
       and rp.permission = 'agency.archive'
  ) then
    raise exception using errcode = 'PT403', message = 'permission_denied',
      detail = 'Only an owner may restore the agency.', hint = 'Ask an owner of the agency.';
  end if;
  update public.agencies as a
     set archived_at = null
   where a.id = restore_agency.agency_id
  returning a.* into v_agency;
  perform private.audit(v_agency.id, 'agency.restored', v_agency.id);
  return v_agency;
end;
$$;

comment on function public.restore_agency(uuid) is
  'Opens an archived agency again. Errors: 403 permission_denied, 404 agency_not_found.';
revoke all on function public.restore_agency(uuid) from public, anon;
grant execute on function public.restore_agency(uuid) to authenticated;

-- supabase/schemas/kernel/functions/revoke_api_key.sql

create or replace function public.revoke_api_key(api_key_id uuid)
returns jsonb
language plpgsql
volatile
security definer -- keys have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_key public.api_keys;
begin
  perform private.require_caller();
  select k.* into v_key
    from public.api_keys as k
   where k.agency_id = any (private.my_agencies()) and k.id = revoke_api_key.api_key_id
     for update;
  if not found then
    raise exception using errcode = 'PT404', message = 'api_key_not_found',
      detail = 'No API key with this id is visible to you.';
  end if;
  perform private.require(v_key.agency_id, 'api_keys.manage');
  update public.api_keys as k
     set revoked_at = coalesce(k.revoked_at, now())
   where k.agency_id = v_key.agency_id and k.id = v_key.id
  returning k.* into v_key;
  perform private.audit(v_key.agency_id, 'api_key.revoked', v_key.id);
  return private.api_key_document(v_key);
end;
$$;

comment on function public.revoke_api_key(uuid) is
  'Ends an API key; it works no longer from the next statement on. Errors: 401 not_signed_in, 403 permission_denied, 404 api_key_not_found.';
revoke all on function public.revoke_api_key(uuid) from public, anon;
grant execute on function public.revoke_api_key(uuid) to authenticated;

-- supabase/schemas/kernel/functions/revoke_invitation.sql

create or replace function public.revoke_invitation(invitation_id uuid)
returns jsonb
language plpgsql
volatile
security definer -- invitations have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.invitations;
  v_after public.invitations;
begin
  perform private.require_caller();
  select i.* into v_before
    from public.invitations as i
   where i.agency_id = any (private.my_agencies()) and i.id = revoke_invitation.invitation_id
     for update;
  if not found then
    raise exception using errcode = 'PT404', message = 'invitation_not_found',
      detail = 'No invitation with this id is visible to you.';
  end if;
  perform private.require(v_before.agency_id, 'members.manage');
  if v_before.accepted_at is not null then
    raise exception using errcode = 'PT409', message = 'invitation_accepted',
      detail = 'This invitation has been accepted.', hint = 'Change the member instead.';
  end if;
  update public.invitations as i
     set revoked_at = coalesce(i.revoked_at, now())
   where i.agency_id = v_before.agency_id and i.id = v_before.id
  returning i.* into v_after;
  perform private.audit(v_after.agency_id, 'invitation.revoked', v_after.id,
    private.invitation_document(v_before), private.invitation_document(v_after));
  return private.invitation_document(v_after);
end;
$$;

comment on function public.revoke_invitation(uuid) is
  'Takes an invitation back; its token stops working. Errors: 403 permission_denied, 404 invitation_not_found, 409 invitation_accepted.';
revoke all on function public.revoke_invitation(uuid) from public, anon;
grant execute on function public.revoke_invitation(uuid) to authenticated;

-- supabase/schemas/kernel/functions/revoke_invitations_of.sql

create or replace function private.revoke_invitations_of(user_id uuid, agency_id uuid default null)
returns jsonb
language plpgsql
volatile
security invoker -- called by procedures that have authorised the change
set search_path = ''
as $$
#variable_conflict error
declare
  v_revoked uuid[];
begin
  with revoked as (
    update public.invitations as i
       set revoked_at = now()
     where i.invited_by = revoke_invitations_of.user_id
       and (revoke_invitations_of.agency_id is null or i.agency_id = revoke_invitations_of.agency_id)
       and i.accepted_at is null and i.revoked_at is null
    returning i.id
  )
  select coalesce(array_agg(r.id order by r.id), '{}') into v_revoked from revoked as r;
  return jsonb_build_object('revoked_invitations', v_revoked);
end;
$$;

comment on function private.revoke_invitations_of(uuid, uuid) is
  'Takes the open invitations back that somebody made, in one agency or all, so that nobody comes back by one they made for themselves; answers {revoked_invitations}, for the audit event.';

-- supabase/schemas/kernel/functions/row_as_of.sql

create or replace function private.row_as_of(agency_id uuid, entity text, row_now jsonb, at timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select row_as_of.row_now || coalesce(jsonb_object_agg(f.key, f.value), '{}')
    from (
      -- What a field was then is what the first later change found.
      select distinct on (b.key) b.key, b.value
        from private.row_changes as c
       cross join lateral jsonb_each(c.before) as b
       where c.agency_id = row_as_of.agency_id
         and c.entity_id = (row_as_of.row_now ->> 'id')::uuid
         and c.entity = row_as_of.entity
         and c.at > row_as_of.at
       order by b.key, c.id
    ) as f
$$;

comment on function private.row_as_of(uuid, text, jsonb, timestamptz) is
  'A row as it was at a moment: as it is, with every later change undone.';

-- supabase/schemas/kernel/functions/sealing_key.sql

create or replace function private.sealing_key(subject text, idempotency_key text)
returns bytea
language plpgsql
immutable
set search_path = ''
as $$
#variable_conflict error
begin
  -- Another hash than the one that is stored.
  return sha256(convert_to(concat_ws(' ', 'seal', sealing_key.subject, sealing_key.idempotency_key), 'UTF8'));
end;
$$;

comment on function private.sealing_key(text, text) is
  'Seals the answer under an Idempotency-Key; good for that one answer, so that no nonce is needed.';

-- supabase/schemas/kernel/functions/search_audit.sql

create or replace function public.search_audit(
  agency_id uuid default null,
  action text default null,
  entity text default null,
  entity_id uuid default null,
  actor_id uuid default null,
  since timestamptz default null,
  until timestamptz default null,
  page integer default 1,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- staff see every agency's events, which no policy lets them
set search_path = ''
-- Which filters are given decides on the index.
set plan_cache_mode = 'force_custom_plan'
as $$
#variable_conflict error
declare
  v_agency uuid := coalesce(search_audit.agency_id, private.requested_agency());
  v_offset bigint := private.page_offset(search_audit.page, search_audit.page_size);
  v_total bigint;
  v_items jsonb;
begin
  if not private.is_staff() then
    v_agency := private.current_agency(v_agency);
    perform private.require(v_agency, 'audit.read');
  end if;
  with matching as (
    select a.*
      from public.audit_log as a
     where (v_agency is null or a.agency_id = v_agency)
       and (search_audit.action is null or a.action = search_audit.action)
       and (search_audit.entity is null or a.entity = search_audit.entity)
       and (search_audit.entity_id is null or a.entity_id = search_audit.entity_id)
       and (search_audit.actor_id is null or a.actor_id = search_audit.actor_id)
       and (search_audit.since is null or a.at >= search_audit.since)
       and (search_audit.until is null or a.at < search_audit.until)
  ), page as (
    select m.* from matching as m
     order by m.at desc, m.id desc limit search_audit.page_size offset v_offset
  )
  select (select count(*) from matching),
         coalesce(jsonb_agg(to_jsonb(e) || jsonb_build_object(
           'agency_name', g.name, 'actor_name', coalesce(p.full_name, p.email::text, k.name)
         ) order by e.at desc, e.id desc), '[]')
    into v_total, v_items
    from page as e
    left join public.agencies as g on g.id = e.agency_id
    left join public.profiles as p on e.actor_type = 'user' and p.id = e.actor_id
    left join public.api_keys as k
      on e.actor_type = 'api_key' and k.agency_id = e.agency_id and k.id = e.actor_id;
  return jsonb_build_object('items', v_items, 'total', v_total);
end;
$$;

comment on function public.search_audit(uuid, text, text, uuid, uuid, timestamptz, timestamptz, integer, integer) is
  'A page {items, total} of audit events, the newest first: from since on, before until. Members see their agency''s; staff of the platform see every agency''s and the platform''s own. Errors: 400 agency_required, 401 not_signed_in, 403 permission_denied, 404 agency_not_found, 422 page_out_of_range.';
revoke all on function public.search_audit(uuid, text, text, uuid, uuid, timestamptz, timestamptz, integer, integer)
  from public, anon;
grant execute on function public.search_audit(uuid, text, text, uuid, uuid, timestamptz, timestamptz, integer, integer)
  to authenticated;

-- supabase/schemas/kernel/functions/set_agency_role.sql

create or replace function public.set_agency_role(
  agency_id uuid,
  role text,
  title text,
  permissions text[],
  description text default ''
)
returns public.agency_roles
language plpgsql
volatile
security definer -- roles have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.agency_roles;
  v_after public.agency_roles;
begin
  perform private.require(set_agency_role.agency_id, 'roles.manage');
  perform private.require_own_permissions(set_agency_role.agency_id, set_agency_role.permissions);

  -- One change of roles at a time: what was judged is what is changed.
  perform from public.agencies as a where a.id = set_agency_role.agency_id for no key update;
  select r.* into v_before
    from public.agency_roles as r
   where r.agency_id = set_agency_role.agency_id and r.role = set_agency_role.role
     for update;
  -- Whoever takes the role over must not lose what its present holders were given by others.
  perform private.require_own_permissions(set_agency_role.agency_id, coalesce(v_before.permissions, '{}'));
  insert into public.agency_roles as r (agency_id, role, title, permissions, description)
  values (set_agency_role.agency_id, set_agency_role.role, set_agency_role.title,
    private.union_of(set_agency_role.permissions, '{}'), set_agency_role.description)
  on conflict on constraint agency_roles_pkey do update
     set title = excluded.title, permissions = excluded.permissions,
         description = excluded.description
  returning r.* into v_after;
  perform private.audit(v_after.agency_id, 'role.set', null,
    case when v_before.role is not null then to_jsonb(v_before) end, to_jsonb(v_after));
  return v_after;
end;
$$;

comment on function public.set_agency_role(uuid, text, text, text[], text) is
  'Makes or changes a role of the agency''s own; its name begins with `custom:`. Nobody passes on what they do not hold. Works on its holders'' next statement. Errors: 403 permission_denied or permission_not_held, 404 agency_not_found, 422 permission_unknown, and the named checks of agency_roles.';
revoke all on function public.set_agency_role(uuid, text, text, text[], text) from public, anon;
grant execute on function public.set_agency_role(uuid, text, text, text[], text) to authenticated;

-- supabase/schemas/kernel/functions/set_member_permission.sql

create or replace function public.set_member_permission(
  agency_id uuid,
  user_id uuid,
  permission text,
  effect text,
  platform text default null
)
returns jsonb
language plpgsql
volatile
security definer -- overrides have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_member public.memberships := private.member_to_manage(
    set_member_permission.agency_id, set_member_permission.user_id);
  v_before jsonb := private.member_document(v_member);
  v_after jsonb;
begin
  if set_member_permission.effect is not null and set_member_permission.effect not in ('allow', 'deny') then
    raise exception using errcode = 'PT422', message = 'effect_unknown',
      detail = 'An override allows or denies.', hint = 'Send allow or deny, or null to take it away.';
  end if;
  perform private.require_own_permissions(
    set_member_permission.agency_id, array[set_member_permission.permission], set_member_permission.platform);
  if set_member_permission.effect = 'deny' and v_before -> 'roles' ? 'owner' then
    raise exception using errcode = 'PT409', message = 'owner_holds_everything',
      detail = 'An owner cannot be denied anything.', hint = 'Make the member something else first.';
  end if;
  delete from public.member_permissions as mp
   where mp.agency_id = v_member.agency_id and mp.user_id = v_member.user_id
     and mp.permission = set_member_permission.permission
     and mp.platform is not distinct from set_member_permission.platform;
  if set_member_permission.effect is not null then
    insert into public.member_permissions (agency_id, user_id, permission, platform, effect)
    values (v_member.agency_id, v_member.user_id, set_member_permission.permission,
      set_member_permission.platform, set_member_permission.effect);
  end if;
  v_after := private.member_document(v_member);
  perform private.audit(v_member.agency_id, 'member.permission_set', v_member.user_id, v_before, v_after);
  return v_after;
end;
$$;

comment on function public.set_member_permission(uuid, uuid, text, text, text) is
  'Allows or denies a member one permission beyond their roles, everywhere or on one platform; deny wins; effect null takes the override away. Nobody gives what they do not hold. Errors: 403 permission_denied, permission_not_held or owner_required, 404 agency_not_found or member_not_found, 409 owner_holds_everything, 422 effect_unknown, permission_unknown.';
revoke all on function public.set_member_permission(uuid, uuid, text, text, text) from public, anon;
grant execute on function public.set_member_permission(uuid, uuid, text, text, text) to authenticated;

-- supabase/schemas/kernel/functions/set_member_roles.sql

create or replace function public.set_member_roles(
  agency_id uuid,
  user_id uuid,
  roles text[],
  client_id uuid default null
)
returns jsonb
language plpgsql
volatile
security definer -- membership has no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_member public.memberships := private.member_to_manage(set_member_roles.agency_id, set_member_roles.user_id);
  v_before jsonb := private.member_document(v_member);
  v_after jsonb;
begin
  perform private.require_roles(
    set_member_roles.agency_id, set_member_roles.roles, set_member_roles.client_id);
  if 'owner' = any (set_member_roles.roles) then
    perform private.require_no_denial(v_member.agency_id, v_member.user_id);
  end if;
  if v_before -> 'roles' ? 'owner' and not 'owner' = any (set_member_roles.roles) then
    perform private.require_owner_left(v_member);
  end if;

  delete from public.membership_roles as mr
   where mr.agency_id = v_member.agency_id and mr.user_id = v_member.user_id
     and mr.role <> all (set_member_roles.roles);
  insert into public.membership_roles (agency_id, user_id, role)
  select v_member.agency_id, v_member.user_id, r from unnest(set_member_roles.roles) as r
  on conflict do nothing;
  update public.memberships as m
     set client_id = case when 'client' = any (set_member_roles.roles) then set_member_roles.client_id end
   where m.agency_id = v_member.agency_id and m.id = v_member.id
  returning m.* into v_member;

  v_after := private.member_document(v_member);
  perform private.audit(v_member.agency_id, 'member.roles_set', v_member.user_id, v_before, v_after);
  return v_after;
end;
$$;

comment on function public.set_member_roles(uuid, uuid, text[], uuid) is
  'Gives a member exactly these roles; the role client needs a client_id. Works on the member''s next statement. Errors: 403 permission_denied, permission_not_held or owner_required, 404 agency_not_found or member_not_found, 409 last_owner or owner_holds_everything, 422 role_required, role_unknown or client_required.';
revoke all on function public.set_member_roles(uuid, uuid, text[], uuid) from public, anon;
grant execute on function public.set_member_roles(uuid, uuid, text[], uuid) to authenticated;

-- supabase/schemas/kernel/functions/set_response.sql

create or replace function private.set_response(
  status integer,
  counted_limit private.counted_limit,
  is_replayed boolean
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_limit private.counted_limit := set_response.counted_limit;
  v_period double precision;
  v_headers text;
begin
  if v_limit.kind is not null then
    v_period := date_part('epoch', v_limit.period);
    v_headers := format(
      '{"RateLimit-Policy": "\"%1$s-%2$s\";q=%3$s;w=%4$s"}, {"RateLimit": "\"%1$s-%2$s\";r=%5$s;t=%6$s"}',
      v_limit.class, v_limit.kind, v_limit.quota, ceil(v_period), v_limit.remaining, ceil(v_period / v_limit.quota));
    if set_response.status = 429 then
      v_headers := v_headers || format(', {"Retry-After": "%s"}',
        greatest(ceil(date_part('epoch', v_limit.tat + v_limit.step - v_limit.period - clock_timestamp())), 1));
    end if;
  end if;
  if set_response.is_replayed then
    v_headers := concat_ws(', ', v_headers, '{"Idempotency-Replayed": "true"}');
  end if;
  perform set_config('response.status', set_response.status::text, true),
          set_config('response.headers', concat('[', v_headers, ']'), true);
end;
$$;

comment on function private.set_response(integer, private.counted_limit, boolean) is
  'Gives the Data API the status and headers of a call: RateLimit-Policy and RateLimit of its tightest limit, Retry-After of one that is used up, Idempotency-Replayed.';
grant execute on function private.set_response(integer, private.counted_limit, boolean) to anon, authenticated;

-- supabase/schemas/kernel/functions/suspend_member.sql

create or replace function public.suspend_member(agency_id uuid, user_id uuid, suspended boolean default true)
returns jsonb
language plpgsql
volatile
security definer -- membership has no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_member public.memberships := private.member_to_manage(suspend_member.agency_id, suspend_member.user_id);
  v_before jsonb := private.member_document(v_member);
  v_none jsonb := '{"revoked_invitations": []}'::jsonb;
  v_revoked jsonb := v_none;
begin
  if suspend_member.suspended and v_before -> 'roles' ? 'owner' then
    perform private.require_owner_left(v_member);
  end if;
  if suspend_member.suspended then
    v_revoked := private.revoke_invitations_of(v_member.user_id, v_member.agency_id);
  end if;
  update public.memberships as m
     set status = case when suspend_member.suspended then 'suspended' else 'active' end::public.member_status
   where m.agency_id = v_member.agency_id and m.id = v_member.id
  returning m.* into v_member;
  perform private.audit(v_member.agency_id,
    case when suspend_member.suspended then 'member.suspended' else 'member.reinstated' end,
    v_member.user_id, v_before || v_none, private.member_document(v_member) || v_revoked);
  return private.member_document(v_member);
end;
$$;

comment on function public.suspend_member(uuid, uuid, boolean) is
  'Takes every permission from a member and keeps the seat, or (suspended false) gives them back, but not the open invitations they had made; works on the member''s next statement. Errors: 403 permission_denied or owner_required, 404 agency_not_found or member_not_found, 409 last_owner.';
revoke all on function public.suspend_member(uuid, uuid, boolean) from public, anon;
grant execute on function public.suspend_member(uuid, uuid, boolean) to authenticated;

-- supabase/schemas/kernel/functions/sweep.sql

create or replace function private.sweep()
returns void
language sql
volatile
security definer -- the schedule that calls it owns nothing
set search_path = ''
as $$
  delete from private.idempotency_keys where created_at < now() - interval '24 hours';
  delete from private.rate_counters where tat < now() - interval '1 minute';
$$;

comment on function private.sweep() is
  'Forgets answers older than their Idempotency-Key''s 24 hours, and counters that are paid back. Called by the clock.';

-- supabase/schemas/kernel/functions/switch_agency.sql

create or replace function public.switch_agency(agency_id uuid)
returns public.profiles
language plpgsql
volatile
security definer -- the active agency must be one of the caller's, which a column grant could not say
set search_path = ''
as $$
#variable_conflict error
declare
  v_profile public.profiles;
begin
  perform private.require_user();
  perform private.require_member(switch_agency.agency_id);
  update public.profiles as p
     set active_agency_id = switch_agency.agency_id
   where p.id = private.uid()
  returning p.* into v_profile;
  perform private.audit(switch_agency.agency_id, 'profile.switched_agency', v_profile.id);
  return v_profile;
end;
$$;

comment on function public.switch_agency(uuid) is
  'Makes one of the caller''s agencies the one meant where a request names none. Errors: 401 not_signed_in, 404 agency_not_found.';
revoke all on function public.switch_agency(uuid) from public, anon;
grant execute on function public.switch_agency(uuid) to authenticated;

-- supabase/schemas/kernel/functions/test_isolation.sql

create or replace function public.test_isolation()
returns jsonb
language plpgsql
stable
security invoker -- counts just what the caller's own policies let through
set search_path = ''
as $$
#variable_conflict error
declare
  v_mine uuid[] := private.my_agencies();
  v_table record;
  v_rows bigint;
  v_tables jsonb := '[]'::jsonb;
  v_leaks bigint := 0;
begin
  for v_table in
    select c.oid::regclass as name, c.relname,
           case when c.relname = 'agencies' then 'id' else 'agency_id' end as agency_column,
           -- One's own seat stays in sight when suspended, and when the request names another agency.
           case when exists (
             select from pg_catalog.pg_attribute as u
              where u.attrelid = c.oid and u.attname = 'user_id' and not u.attisdropped
           ) then ' and t.user_id is distinct from $2' else '' end as not_own
      from pg_catalog.pg_class as c
      join pg_catalog.pg_attribute as a
        on a.attrelid = c.oid and not a.attisdropped
       and a.attname = case when c.relname = 'agencies' then 'id' else 'agency_id' end
     where c.relnamespace = 'public'::regnamespace
       and c.relkind in ('r', 'p', 'v')
       and has_column_privilege(c.oid, a.attnum, 'select')
     order by c.relname
  loop
    execute format('select count(*) from %s as t where t.%I <> all ($1)%s',
        v_table.name, v_table.agency_column, v_table.not_own)
       into v_rows using v_mine, private.uid();
    v_leaks := v_leaks + v_rows;
    v_tables := v_tables || jsonb_build_object('table', v_table.relname, 'rows_outside', v_rows);
  end loop;
  return jsonb_build_object('isolated', v_leaks = 0, 'tables', v_tables);
end;
$$;

comment on function public.test_isolation() is
  'Counts, table by table, the rows the caller can see outside of their agencies, their own seats aside: {isolated, tables: [{table, rows_outside}]}. All counts must be zero.';
revoke all on function public.test_isolation() from public, anon;
grant execute on function public.test_isolation() to authenticated;

-- supabase/schemas/kernel/functions/tg_agencies__refresh_permissions.sql

create or replace function private.tg_agencies__refresh_permissions()
returns trigger
language plpgsql
volatile
security definer -- nobody else may write what checks believe
set search_path = ''
as $$
#variable_conflict error
begin
  case
    when tg_level = 'ROW' and tg_table_name = 'agencies' then
      perform private.refresh_permissions(array[new.id]);
    when tg_level = 'ROW' and tg_table_name = 'agency_roles' then
      perform private.refresh_permissions(array[new.agency_id]);
    when tg_level = 'ROW' and tg_table_name = 'memberships' then
      perform private.refresh_permissions(array[new.agency_id], array[new.user_id]);
    else
      -- The system's own roles, or a whole table emptied. Whoever is giving out such a role holds a key
      -- share of it: they are waited for, and those who come after wait for us or, with an older
      -- snapshot, fail (40001). An older snapshot of our own would miss agencies.
      if current_setting('transaction_isolation') <> 'read committed' then
        raise exception using errcode = 'PT409', message = 'isolation_unsuitable',
          detail = 'System roles change in transactions of the level read committed only.';
      end if;
      perform from public.roles as r order by r.role for update;
      update public.roles as r set position = r.position;
      perform private.refresh_permissions(array(select a.id from public.agencies as a));
  end case;
  return null;
end;
$$;

comment on function private.tg_agencies__refresh_permissions() is
  'After a change of what roles hold, of a member''s status or of an agency''s archive: writes down again what the members concerned hold.';

-- supabase/schemas/kernel/functions/tg_append_only.sql

create or replace function private.tg_append_only()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  raise exception using errcode = 'PT405', message = 'append_only',
    detail = format('Rows of %s are never changed or removed.', tg_table_name);
end;
$$;

comment on function private.tg_append_only() is 'Refuses update, delete and truncate, whoever asks: 405 append_only.';

-- supabase/schemas/kernel/functions/tg_members__refresh_permissions.sql

create or replace function private.tg_members__refresh_permissions()
returns trigger
language plpgsql
volatile
security definer -- nobody else may write what checks believe
set search_path = ''
as $$
#variable_conflict error
begin
  if tg_op in ('UPDATE', 'DELETE') then
    perform private.refresh_permissions(array_agg(distinct o.agency_id), array_agg(distinct o.user_id))
       from old_rows as o having count(*) > 0;
  end if;
  if tg_op in ('INSERT', 'UPDATE') then
    perform private.refresh_permissions(array_agg(distinct n.agency_id), array_agg(distinct n.user_id))
       from new_rows as n having count(*) > 0;
  end if;
  return null;
end;
$$;

comment on function private.tg_members__refresh_permissions() is
  'After a statement on members'' roles or overrides: writes down again what those members hold.';

-- supabase/schemas/kernel/functions/tg_profiles__check_timezone.sql

create or replace function private.tg_profiles__check_timezone()
returns trigger
language plpgsql
volatile
security definer -- whoever may write the column may not call the helper
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require_timezone(new.timezone);
  return new;
end;
$$;

comment on function private.tg_profiles__check_timezone() is
  'Lets a profile have a time zone that there is; 422 timezone_unknown.';

-- supabase/schemas/kernel/functions/tg_record_changes.sql

create or replace function private.tg_record_changes()
returns trigger
language plpgsql
volatile
security definer -- nobody else may write history
set search_path = ''
-- The plan is kept for the session, and made for a statement of one row it would pair thousands one by one.
set enable_nestloop = off
as $$
#variable_conflict error
declare
  v_at timestamptz := clock_timestamp();
  v_event uuid := coalesce(nullif(current_setting('backline.event_id', true), '')::uuid, private.uuid_v7());
begin
  insert into private.row_changes (agency_id, entity, entity_id, at, event_id, before)
  select c.agency_id, tg_table_name, c.id, v_at, v_event, d.before
    from (
      -- Once a row: without the offset the planner would make the documents anew for each field.
      select n.agency_id, n.id, to_jsonb(o) as was, to_jsonb(n) as became
        from new_rows as n
        join old_rows as o on o.agency_id = n.agency_id and o.id = n.id
      offset 0
    ) as c
   cross join lateral (
     select jsonb_object_agg(b.key, b.value) as before
       from jsonb_each(c.was) as b
      where c.became -> b.key <> b.value
        -- What follows from other fields.
        and b.key not in ('search', 'dedupe_key', 'score_log')
   ) as d
   where d.before is not null;
  if found then
    perform set_config('backline.event_id', v_event::text, true);
  end if;
  return null;
end;
$$;

comment on function private.tg_record_changes() is
  'Files what each row of an update was, under the audit event that the call will write.';

-- supabase/schemas/kernel/functions/tg_set_updated_at.sql

create or replace function private.tg_set_updated_at()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  new.updated_at := now();
  return new;
end;
$$;

comment on function private.tg_set_updated_at() is 'Stamps a changed row.';

-- supabase/schemas/kernel/functions/tg_users__create_profile.sql

create or replace function private.tg_users__create_profile()
returns trigger
language plpgsql
volatile
security definer -- runs as the auth service, which may not write here
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency_name text := nullif(trim(new.raw_user_meta_data ->> 'agency_name'), '');
  v_token text := nullif(new.raw_user_meta_data ->> 'invitation_token', '');
begin
  insert into public.profiles (id, email, full_name)
  values (
    new.id,
    coalesce(new.email, new.id || '@no-email.invalid'),
    left(nullif(trim(coalesce(
      new.raw_user_meta_data ->> 'full_name', new.raw_user_meta_data ->> 'name')), ''), 200)
  );
  if v_token is not null then
    perform private.join_agency(new.id, new.email, v_token);
  elsif v_agency_name is not null then
    perform private.found_agency(new.id, left(v_agency_name, 120));
  end if;
  return null;
end;
$$;

comment on function private.tg_users__create_profile() is
  'Gives a new auth user a profile, and the agency the sign-up names or the membership its invitation offers: all in the sign-up''s transaction, so that none of it is ever half done.';

-- supabase/schemas/kernel/functions/tg_users__sync_email.sql

create or replace function private.tg_users__sync_email()
returns trigger
language plpgsql
volatile
security definer -- runs as the auth service, which may not write here
set search_path = ''
as $$
#variable_conflict error
begin
  update public.profiles as p
     set email = coalesce(new.email, new.id || '@no-email.invalid')
   where p.id = new.id;
  return null;
end;
$$;

comment on function private.tg_users__sync_email() is 'Carries a confirmed change of address into the profile.';

-- supabase/schemas/kernel/functions/transfer_agency.sql

create or replace function public.transfer_agency(agency_id uuid, user_id uuid)
returns jsonb
language plpgsql
volatile
security definer -- membership has no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid := private.require_user(); -- an agency passes from a person
  v_member public.memberships := private.member_to_manage(
    transfer_agency.agency_id, transfer_agency.user_id, 'agency.transfer');
  v_before jsonb := private.member_document(v_member);
begin
  if v_member.status <> 'active' or v_member.user_id = v_user then
    raise exception using errcode = 'PT409', message = 'transfer_needs_another_active_member',
      detail = 'The agency passes to another member, who is active.';
  end if;
  perform private.require_no_denial(v_member.agency_id, v_member.user_id);
  insert into public.membership_roles (agency_id, user_id, role)
  values (v_member.agency_id, v_member.user_id, 'owner'), (v_member.agency_id, v_user, 'admin')
  on conflict do nothing;
  delete from public.membership_roles as mr
   where mr.agency_id = v_member.agency_id and mr.user_id = v_user and mr.role = 'owner';
  perform private.audit(v_member.agency_id, 'agency.transferred', v_member.agency_id, v_before,
    private.member_document(v_member));
  return private.member_document(v_member);
end;
$$;

comment on function public.transfer_agency(uuid, uuid) is
  'Makes another active member the owner in the caller''s place, who stays as admin. Errors: 401 not_signed_in, 403 permission_denied, 404 agency_not_found or member_not_found, 409 transfer_needs_another_active_member or owner_holds_everything.';
revoke all on function public.transfer_agency(uuid, uuid) from public, anon;
grant execute on function public.transfer_agency(uuid, uuid) to authenticated;

-- supabase/schemas/kernel/functions/uid.sql

create or replace function private.uid()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
begin
  return auth.uid();
end;
$$;

comment on function private.uid() is 'The user this statement runs for; null without one. The only place that asks who calls.';
grant execute on function private.uid() to authenticated;

-- supabase/schemas/kernel/functions/union_of.sql

create or replace function private.union_of(list text[], other text[])
returns text[]
language plpgsql
immutable
set search_path = ''
as $$
#variable_conflict error
begin
  return array(select distinct u from unnest(list || other) as u order by u);
end;
$$;

comment on function private.union_of(text[], text[]) is 'Both lists as one, sorted, each word once.';

-- supabase/schemas/kernel/functions/update_agency.sql

create or replace function public.update_agency(agency_id uuid, changes jsonb)
returns public.agencies
language plpgsql
volatile
security definer -- agencies have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.agencies;
  v_after public.agencies;
begin
  perform private.require(update_agency.agency_id, 'agency.manage');
  perform private.require_keys(update_agency.changes, '{name,slug,settings}');

  select a.* into v_before from public.agencies as a where a.id = update_agency.agency_id for update;
  v_after := jsonb_populate_record(v_before, update_agency.changes);
  update public.agencies as a
     set name = v_after.name, slug = v_after.slug, settings = v_after.settings
   where a.id = v_before.id
  returning a.* into v_after;
  perform private.audit(v_after.id, 'agency.updated', v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  return v_after;
exception
  when unique_violation then
    raise exception using errcode = 'PT409', message = 'agency_slug_taken',
      detail = 'Another agency already has this slug.', hint = 'Choose another slug.';
end;
$$;

comment on function public.update_agency(uuid, jsonb) is
  'Changes name, slug or settings; keys left out stay as they are. Errors: 403 permission_denied, 404 agency_not_found, 409 agency_slug_taken, 422 unknown_field.';
revoke all on function public.update_agency(uuid, jsonb) from public, anon;
grant execute on function public.update_agency(uuid, jsonb) to authenticated;

-- supabase/schemas/kernel/functions/update_user.sql

create or replace function public.update_user(user_id uuid, changes jsonb)
returns jsonb
language plpgsql
volatile
security definer -- staff change users of every agency, which no policy lets them
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.profiles := private.user_to_manage(update_user.user_id);
  v_after public.profiles;
begin
  perform private.require_keys(update_user.changes,
    '{full_name,avatar_url,phone,locale,timezone,preferences}');
  v_after := jsonb_populate_record(v_before, update_user.changes);
  update public.profiles as p
     set full_name = v_after.full_name,
         avatar_url = v_after.avatar_url,
         phone = v_after.phone,
         locale = v_after.locale,
         timezone = v_after.timezone,
         preferences = v_after.preferences
   where p.id = v_before.id
  returning p.* into v_after;
  perform private.audit(private.platform(), 'user.updated', v_after.id, to_jsonb(v_before), to_jsonb(v_after));
  return private.user_document(v_after);
end;
$$;

comment on function public.update_user(uuid, jsonb) is
  'For staff of the platform: changes a user''s full_name, avatar_url, phone, locale, timezone or preferences. E-mail and password are the sign-in service''s. Errors: 401 not_signed_in, 403 staff_required, 404 user_not_found, 422 not_an_object, unknown_field, timezone_unknown, and the named checks of profiles.';
revoke all on function public.update_user(uuid, jsonb) from public, anon;
grant execute on function public.update_user(uuid, jsonb) to authenticated;

-- supabase/schemas/kernel/functions/user_document.sql

create or replace function private.user_document(profile public.profiles)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select to_jsonb(profile) || jsonb_build_object(
    'last_sign_in_at', u.last_sign_in_at,
    'email_confirmed_at', u.email_confirmed_at,
    'is_staff', exists (select from private.platform_staff as s where s.user_id = profile.id),
    'agencies', (
      select coalesce(jsonb_agg(jsonb_build_object(
               'id', a.id, 'name', a.name, 'status', m.status, 'roles', array(
                 select mr.role from public.membership_roles as mr
                  where mr.agency_id = m.agency_id and mr.user_id = m.user_id
                  order by mr.role
               )) order by a.name, a.id), '[]')
        from public.memberships as m
        join public.agencies as a on a.id = m.agency_id
       where m.user_id = profile.id
    )
  )
    from auth.users as u
   where u.id = profile.id
$$;

comment on function private.user_document(public.profiles) is 'A user as staff of the platform see one.';

-- supabase/schemas/kernel/functions/user_to_manage.sql

create or replace function private.user_to_manage(user_id uuid)
returns public.profiles
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_profile public.profiles;
begin
  perform private.require_staff();
  select p.* into v_profile from public.profiles as p where p.id = user_to_manage.user_id for update;
  if not found then
    raise exception using errcode = 'PT404', message = 'user_not_found',
      detail = 'There is no user with this id.', hint = 'List the users to see which ids there are.';
  end if;
  return v_profile;
end;
$$;

comment on function private.user_to_manage(uuid) is
  'The user, locked, for staff of the platform: 401 not_signed_in, 403 staff_required, 404 user_not_found.';

-- supabase/schemas/kernel/triggers.sql

create trigger users_create_profile
  after insert on auth.users
  for each row execute function private.tg_users__create_profile();

create trigger users_sync_email
  after update of email on auth.users
  for each row when (new.email is distinct from old.email)
  execute function private.tg_users__sync_email();

create trigger agencies_set_updated_at
  before update on public.agencies
  for each row when (new.* is distinct from old.*)
  execute function private.tg_set_updated_at();

create trigger profiles_set_updated_at
  before update on public.profiles
  for each row when (new.* is distinct from old.*)
  execute function private.tg_set_updated_at();

-- Not for what every profile begins with: to know the zones takes a moment.
create trigger profiles_check_timezone
  before insert or update of timezone on public.profiles
  for each row when (new.timezone <> 'UTC')
  execute function private.tg_profiles__check_timezone();

create trigger memberships_set_updated_at
  before update on public.memberships
  for each row when (new.* is distinct from old.*)
  execute function private.tg_set_updated_at();

create trigger agency_roles_set_updated_at
  before update on public.agency_roles
  for each row when (new.* is distinct from old.*)
  execute function private.tg_set_updated_at();

create trigger invitations_set_updated_at
  before update on public.invitations
  for each row when (new.* is distinct from old.*)
  execute function private.tg_set_updated_at();

-- What a member may do follows, in the same transaction, from all that decides it.
create trigger membership_roles_refresh_permissions_on_insert
  after insert on public.membership_roles
  referencing new table as new_rows
  for each statement execute function private.tg_members__refresh_permissions();

create trigger membership_roles_refresh_permissions_on_update
  after update on public.membership_roles
  referencing old table as old_rows new table as new_rows
  for each statement execute function private.tg_members__refresh_permissions();

create trigger membership_roles_refresh_permissions_on_delete
  after delete on public.membership_roles
  referencing old table as old_rows
  for each statement execute function private.tg_members__refresh_permissions();

create trigger membership_roles_refresh_permissions_on_truncate
  after truncate on public.membership_roles
  for each statement execute function private.tg_agencies__refresh_permissions();

create trigger member_permissions_refresh_permissions_on_insert
  after insert on public.member_permissions
  referencing new table as new_rows
  for each statement execute function private.tg_members__refresh_permissions();

create trigger member_permissions_refresh_permissions_on_update
  after update on public.member_permissions
  referencing old table as old_rows new table as new_rows
  for each statement execute function private.tg_members__refresh_permissions();

create trigger member_permissions_refresh_permissions_on_delete
  after delete on public.member_permissions
  referencing old table as old_rows
  for each statement execute function private.tg_members__refresh_permissions();

create trigger member_permissions_refresh_permissions_on_truncate
  after truncate on public.member_permissions
  for each statement execute function private.tg_agencies__refresh_permissions();

create trigger memberships_refresh_permissions
  after update of status on public.memberships
  for each row when (new.status <> old.status)
  execute function private.tg_agencies__refresh_permissions();

create trigger agencies_refresh_permissions
  after update of archived_at on public.agencies
  for each row when ((new.archived_at is null) <> (old.archived_at is null))
  execute function private.tg_agencies__refresh_permissions();

create trigger agency_roles_refresh_permissions
  after update of permissions on public.agency_roles
  for each row when (new.permissions <> old.permissions)
  execute function private.tg_agencies__refresh_permissions();

create trigger role_permissions_refresh_permissions
  after insert or update or delete or truncate on public.role_permissions
  for each statement execute function private.tg_agencies__refresh_permissions();

create trigger audit_log_append_only
  before update or delete on public.audit_log
  for each row execute function private.tg_append_only();

create trigger audit_log_never_truncated
  before truncate on public.audit_log
  for each statement execute function private.tg_append_only();

create trigger row_changes_append_only
  before update or delete on private.row_changes
  for each row execute function private.tg_append_only();

create trigger row_changes_never_truncated
  before truncate on private.row_changes
  for each statement execute function private.tg_append_only();

-- A partition does not inherit what guards against truncate; private.create_audit_partitions() sees to
-- those of the months.
create trigger audit_log_default_never_truncated
  before truncate on private.audit_log_default
  for each statement execute function private.tg_append_only();

create trigger row_changes_default_never_truncated
  before truncate on private.row_changes_default
  for each statement execute function private.tg_append_only();

-- supabase/schemas/kernel/policies.sql

-- Reference data is the same for everyone who is signed in.
alter table public.permissions enable row level security;
alter table public.permissions force row level security;
create policy permissions_select_signed_in on public.permissions
  for select to authenticated using (true);
grant select on public.permissions to authenticated;

alter table public.roles enable row level security;
alter table public.roles force row level security;
create policy roles_select_signed_in on public.roles
  for select to authenticated using (true);
grant select on public.roles to authenticated;

alter table public.role_permissions enable row level security;
alter table public.role_permissions force row level security;
create policy role_permissions_select_signed_in on public.role_permissions
  for select to authenticated using (true);
grant select on public.role_permissions to authenticated;

alter table public.agencies enable row level security;
alter table public.agencies force row level security;
create policy agencies_select_members on public.agencies
  for select to authenticated using (id = any ((select private.my_agencies())::uuid[]));
grant select on public.agencies to authenticated;

alter table public.profiles enable row level security;
alter table public.profiles force row level security;
create policy profiles_select_self_and_colleagues on public.profiles
  for select to authenticated using (
    id = (select private.uid()) or id = any ((select private.colleagues())::uuid[])
  );
create policy profiles_update_self on public.profiles
  for update to authenticated
  using (id = (select private.uid())) with check (id = (select private.uid()));
grant select on public.profiles to authenticated;
-- Who somebody is (id, email) comes from sign-in, and the active agency from switch_agency.
grant update (full_name, avatar_url, phone, locale, timezone, preferences)
  on public.profiles to authenticated;

alter table public.memberships enable row level security;
alter table public.memberships force row level security;
create policy memberships_select_self_and_readers on public.memberships
  for select to authenticated using (
    agency_id = any ((select private.agencies_with('members.read'))::uuid[])
    or user_id = (select private.uid())
  );
grant select on public.memberships to authenticated;

alter table public.membership_roles enable row level security;
alter table public.membership_roles force row level security;
create policy membership_roles_select_self_and_readers on public.membership_roles
  for select to authenticated using (
    agency_id = any ((select private.agencies_with('members.read'))::uuid[])
    or user_id = (select private.uid())
  );
grant select on public.membership_roles to authenticated;

alter table public.member_permissions enable row level security;
alter table public.member_permissions force row level security;
create policy member_permissions_select_self_and_readers on public.member_permissions
  for select to authenticated using (
    agency_id = any ((select private.agencies_with('members.read'))::uuid[])
    or user_id = (select private.uid())
  );
grant select on public.member_permissions to authenticated;

alter table public.agency_roles enable row level security;
alter table public.agency_roles force row level security;
create policy agency_roles_select_members on public.agency_roles
  for select to authenticated using (
    agency_id = any ((select private.my_agencies())::uuid[])
  );
grant select on public.agency_roles to authenticated;

alter table public.api_keys enable row level security;
alter table public.api_keys force row level security;
create policy api_keys_select_managers on public.api_keys
  for select to authenticated using (
    agency_id = any ((select private.agencies_with('api_keys.manage'))::uuid[])
  );
grant select (agency_id, id, name, prefix, permissions, created_by, expires_at, last_used_at,
  revoked_at, created_at) on public.api_keys to authenticated;

alter table public.invitations enable row level security;
alter table public.invitations force row level security;
create policy invitations_select_managers on public.invitations
  for select to authenticated using (
    agency_id = any ((select private.agencies_with('members.manage'))::uuid[])
  );
grant select (agency_id, id, email, roles, client_id, invited_by, expires_at, accepted_at,
  revoked_at, created_at, updated_at) on public.invitations to authenticated;

alter table public.audit_log enable row level security;
alter table public.audit_log force row level security;
create policy audit_log_select_readers on public.audit_log
  for select to authenticated using (
    agency_id = any ((select private.agencies_with('audit.read'))::uuid[])
  );
grant select on public.audit_log to authenticated;
alter table private.effective_permissions enable row level security;
alter table private.effective_permissions force row level security;
alter table private.platform_staff enable row level security;
alter table private.platform_staff force row level security;
alter table private.audit_log_default enable row level security;
alter table private.audit_log_default force row level security;
alter table private.row_changes enable row level security;
alter table private.row_changes force row level security;
alter table private.row_changes_default enable row level security;
alter table private.row_changes_default force row level security;
select private.create_audit_partitions();

-- supabase/schemas/kernel/reference.sql

-- Generated from schemas/access.json by `deno task gen`; may be applied again and again.

insert into public.permissions (permission, description) values
  ('agency.manage', 'Change the agency''s name, slug and settings'),
  ('agency.archive', 'Archive and restore the agency'),
  ('agency.transfer', 'Make another member an owner, or an owner something else'),
  ('members.manage', 'Invite members and set their roles'),
  ('members.read', 'See the members of the agency'),
  ('roles.manage', 'Define the agency''s own roles'),
  ('api_keys.manage', 'Create and revoke API keys'),
  ('webhooks.manage', 'Register webhook endpoints'),
  ('audit.read', 'Read the audit log'),
  ('clients.read', 'See every client of the agency'),
  ('clients.read_client', 'See the client one belongs to'),
  ('clients.write', 'Create, change and archive clients'),
  ('campaigns.read', 'See every campaign'),
  ('campaigns.read_client', 'See the campaigns of the client one belongs to'),
  ('campaigns.write', 'Create campaigns, change them and move their status'),
  ('campaigns.delete', 'Delete campaigns'),
  ('leads.read', 'See every lead'),
  ('leads.read_assigned', 'See the leads assigned to oneself'),
  ('leads.read_client', 'See the leads of one''s own client''s campaigns'),
  ('leads.create', 'Create and import leads'),
  ('leads.write', 'Change every lead'),
  ('leads.write_assigned', 'Change the leads assigned to oneself'),
  ('leads.delete', 'Delete and restore leads'),
  ('leads.assign', 'Assign leads to members'),
  ('leads.bulk', 'Change many leads in one call'),
  ('leads.qualify', 'Qualify or reject every lead'),
  ('leads.qualify_assigned', 'Qualify or reject the leads assigned to oneself'),
  ('scoring.read', 'See scoring models and how a score came about'),
  ('scoring.write', 'Change scoring models'),
  ('data_sources.read', 'See data sources'),
  ('data_sources.write', 'Connect and change data sources'),
  ('jobs.read', 'See jobs and their logs'),
  ('jobs.run', 'Start, pause and cancel jobs'),
  ('analytics.read', 'See the figures of the whole agency'),
  ('analytics.read_assigned', 'See the figures of one''s own leads'),
  ('analytics.read_client', 'See the figures of one''s own client''s campaigns')
on conflict (permission) do update set description = excluded.description;

insert into public.roles (role, title, description, position) values
  ('owner', 'Owner', 'Holds every permission; an agency always has at least one', 1),
  ('admin', 'Admin', 'Everything except archiving and transferring the agency', 2),
  ('manager', 'Manager', 'Runs campaigns, leads, scoring and sources', 3),
  ('sales', 'Sales', 'Works the leads assigned to them', 4),
  ('researcher', 'Researcher', 'Finds leads and runs sources', 5),
  ('analyst', 'Analyst', 'Reads everything, changes nothing', 6),
  ('client', 'Client', 'Sees the campaigns, leads and figures of the client they belong to', 7),
  ('creator', 'Creator', 'Makes content', 8),
  ('vendor', 'Vendor', 'Supplies the agency', 9),
  ('dj', 'DJ', 'Performs at events', 10),
  ('instructor', 'Instructor', 'Teaches courses', 11),
  ('student', 'Student', 'Takes courses', 12),
  ('coach', 'Coach', 'Coaches athletes', 13),
  ('athlete', 'Athlete', 'Is coached', 14),
  ('scheduler', 'Scheduler', 'Plans sessions', 15)
on conflict (role) do update
  set title = excluded.title, description = excluded.description, position = excluded.position;

-- A permission taken from a role in the source is taken from it here.
delete from public.role_permissions;
insert into public.role_permissions (role, permission) values
  ('owner', 'agency.manage'),
  ('owner', 'agency.archive'),
  ('owner', 'agency.transfer'),
  ('owner', 'members.manage'),
  ('owner', 'members.read'),
  ('owner', 'roles.manage'),
  ('owner', 'api_keys.manage'),
  ('owner', 'webhooks.manage'),
  ('owner', 'audit.read'),
  ('owner', 'clients.read'),
  ('owner', 'clients.read_client'),
  ('owner', 'clients.write'),
  ('owner', 'campaigns.read'),
  ('owner', 'campaigns.read_client'),
  ('owner', 'campaigns.write'),
  ('owner', 'campaigns.delete'),
  ('owner', 'leads.read'),
  ('owner', 'leads.read_assigned'),
  ('owner', 'leads.read_client'),
  ('owner', 'leads.create'),
  ('owner', 'leads.write'),
  ('owner', 'leads.write_assigned'),
  ('owner', 'leads.delete'),
  ('owner', 'leads.assign'),
  ('owner', 'leads.bulk'),
  ('owner', 'leads.qualify'),
  ('owner', 'leads.qualify_assigned'),
  ('owner', 'scoring.read'),
  ('owner', 'scoring.write'),
  ('owner', 'data_sources.read'),
  ('owner', 'data_sources.write'),
  ('owner', 'jobs.read'),
  ('owner', 'jobs.run'),
  ('owner', 'analytics.read'),
  ('owner', 'analytics.read_assigned'),
  ('owner', 'analytics.read_client'),
  ('admin', 'agency.manage'),
  ('admin', 'members.manage'),
  ('admin', 'members.read'),
  ('admin', 'roles.manage'),
  ('admin', 'api_keys.manage'),
  ('admin', 'webhooks.manage'),
  ('admin', 'audit.read'),
  ('admin', 'clients.read'),
  ('admin', 'clients.read_client'),
  ('admin', 'clients.write'),
  ('admin', 'campaigns.read'),
  ('admin', 'campaigns.read_client'),
  ('admin', 'campaigns.write'),
  ('admin', 'campaigns.delete'),
  ('admin', 'leads.read'),
  ('admin', 'leads.read_assigned'),
  ('admin', 'leads.read_client'),
  ('admin', 'leads.create'),
  ('admin', 'leads.write'),
  ('admin', 'leads.write_assigned'),
  ('admin', 'leads.delete'),
  ('admin', 'leads.assign'),
  ('admin', 'leads.bulk'),
  ('admin', 'leads.qualify'),
  ('admin', 'leads.qualify_assigned'),
  ('admin', 'scoring.read'),
  ('admin', 'scoring.write'),
  ('admin', 'data_sources.read'),
  ('admin', 'data_sources.write'),
  ('admin', 'jobs.read'),
  ('admin', 'jobs.run'),
  ('admin', 'analytics.read'),
  ('admin', 'analytics.read_assigned'),
  ('admin', 'analytics.read_client'),
  ('manager', 'members.read'),
  ('manager', 'clients.read'),
  ('manager', 'clients.write'),
  ('manager', 'campaigns.read'),
  ('manager', 'campaigns.write'),
  ('manager', 'campaigns.delete'),
  ('manager', 'leads.read'),
  ('manager', 'leads.read_assigned'),
  ('manager', 'leads.create'),
  ('manager', 'leads.write'),
  ('manager', 'leads.write_assigned'),
  ('manager', 'leads.delete'),
  ('manager', 'leads.assign'),
  ('manager', 'leads.bulk'),
  ('manager', 'leads.qualify'),
  ('manager', 'scoring.read'),
  ('manager', 'scoring.write'),
  ('manager', 'data_sources.read'),
  ('manager', 'data_sources.write'),
  ('manager', 'jobs.read'),
  ('manager', 'jobs.run'),
  ('manager', 'analytics.read'),
  ('sales', 'members.read'),
  ('sales', 'clients.read'),
  ('sales', 'campaigns.read'),
  ('sales', 'leads.read_assigned'),
  ('sales', 'leads.create'),
  ('sales', 'leads.write_assigned'),
  ('sales', 'leads.qualify_assigned'),
  ('sales', 'scoring.read'),
  ('sales', 'analytics.read_assigned'),
  ('researcher', 'members.read'),
  ('researcher', 'clients.read'),
  ('researcher', 'campaigns.read'),
  ('researcher', 'leads.read'),
  ('researcher', 'leads.create'),
  ('researcher', 'scoring.read'),
  ('researcher', 'data_sources.read'),
  ('researcher', 'data_sources.write'),
  ('researcher', 'jobs.read'),
  ('researcher', 'jobs.run'),
  ('researcher', 'analytics.read'),
  ('analyst', 'members.read'),
  ('analyst', 'audit.read'),
  ('analyst', 'clients.read'),
  ('analyst', 'campaigns.read'),
  ('analyst', 'leads.read'),
  ('analyst', 'scoring.read'),
  ('analyst', 'data_sources.read'),
  ('analyst', 'jobs.read'),
  ('analyst', 'analytics.read'),
  ('client', 'clients.read_client'),
  ('client', 'campaigns.read_client'),
  ('client', 'leads.read_client'),
  ('client', 'analytics.read_client');
