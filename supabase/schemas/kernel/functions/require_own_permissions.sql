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
