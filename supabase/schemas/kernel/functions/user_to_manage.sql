create or replace function private.user_to_manage(user_id uuid)
returns public.profiles
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_profile public.profiles;
begin
  perform private.require_staff();
  select p.* into v_profile from public.profiles as p where p.id = user_to_manage.user_id for update;
  if not found then
    raise exception using errcode = 'PT404', message = 'user_not_found',
      detail = 'There is no user with this id.', hint = 'List the users to see which ids there are.';
  end if;
  return v_profile;
end;
$$;

comment on function private.user_to_manage(uuid) is
  'The user, locked, for staff of the platform: 401 not_signed_in, 403 staff_required, 404 user_not_found.';
