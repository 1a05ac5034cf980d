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
