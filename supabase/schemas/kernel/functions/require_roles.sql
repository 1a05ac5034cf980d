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
