create or replace function private.require_own_permissions(agency_id uuid, permissions text[])
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_missing text;
begin
  select string_agg(p, ', ' order by p) into v_missing
    from unnest(require_own_permissions.permissions) as p
   where not private.can(require_own_permissions.agency_id, p);
  if v_missing is not null then
    raise exception using errcode = 'PT403', message = 'permission_not_held',
      detail = format('You do not hold %s yourself.', v_missing),
      hint = 'Nobody passes on more than they may do; ask an owner of the agency.';
  end if;
end;
$$;

comment on function private.require_own_permissions(uuid, text[]) is
  'Refuses to pass on permissions that the caller does not hold: 403 permission_not_held.';
