create or replace function private.user_document(profile public.profiles)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select to_jsonb(profile) || jsonb_build_object(
    'last_sign_in_at', u.last_sign_in_at,
    'email_confirmed_at', u.email_confirmed_at,
    'is_staff', exists (select from private.platform_staff as s where s.user_id = profile.id),
    'agencies', (
      select coalesce(jsonb_agg(jsonb_build_object(
               'id', a.id, 'name', a.name, 'status', m.status, 'roles', array(
                 select mr.role from public.membership_roles as mr
                  where mr.agency_id = m.agency_id and mr.user_id = m.user_id
                  order by mr.role
               )) order by a.name, a.id), '[]')
        from public.memberships as m
        join public.agencies as a on a.id = m.agency_id
       where m.user_id = profile.id
    )
  )
    from auth.users as u
   where u.id = profile.id
$$;

comment on function private.user_document(public.profiles) is 'A user as staff of the platform see one.';
