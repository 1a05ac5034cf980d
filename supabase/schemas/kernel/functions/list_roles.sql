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
