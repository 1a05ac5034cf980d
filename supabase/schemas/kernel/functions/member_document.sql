create or replace function private.member_document(membership public.memberships)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'user_id', membership.user_id,
    'email', p.email,
    'full_name', p.full_name,
    'avatar_url', p.avatar_url,
    'title', membership.title,
    'status', membership.status,
    'client_id', membership.client_id,
    'roles', array(
      select mr.role from public.membership_roles as mr
       where mr.agency_id = membership.agency_id and mr.user_id = membership.user_id
       order by mr.role
    ),
    'overrides', (
      select coalesce(jsonb_agg(jsonb_build_object(
               'permission', mp.permission, 'platform', mp.platform, 'effect', mp.effect
             ) order by mp.permission, mp.platform), '[]')
        from public.member_permissions as mp
       where mp.agency_id = membership.agency_id and mp.user_id = membership.user_id
    ),
    'created_at', membership.created_at
  )
    from public.profiles as p
   where p.id = membership.user_id
$$;

comment on function private.member_document(public.memberships) is 'A member as the API shows one.';
