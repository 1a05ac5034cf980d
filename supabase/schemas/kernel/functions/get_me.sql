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
