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
