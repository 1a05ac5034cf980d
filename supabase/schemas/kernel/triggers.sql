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
