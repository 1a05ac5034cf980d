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
