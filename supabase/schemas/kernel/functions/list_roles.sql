create or replace function public.list_roles(agency_id uuid default null)
returns jsonb
language plpgsql
stable
security definer -- resolves the agency through helpers that are the owner's alone
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require(private.current_agency(list_roles.agency_id), 'members.read');
  return (
    select jsonb_agg(jsonb_build_object(
             'role', r.role, 'title', r.title, 'description', r.description, 'is_system', true,
             'permissions', array(
               select rp.permission from public.role_permissions as rp
                where rp.role = r.role order by rp.permission
             )
           ) order by r.position)
      from public.roles as r
  );
end;
$$;

comment on function public.list_roles(uuid) is
  'The roles a member of the agency may hold, with their permissions. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found.';
revoke all on function public.list_roles(uuid) from public, anon;
grant execute on function public.list_roles(uuid) to authenticated;
