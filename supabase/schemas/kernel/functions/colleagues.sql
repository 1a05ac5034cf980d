create or replace function private.colleagues()
returns uuid[]
language sql
stable
security definer -- reads memberships to decide whose profile the caller may see
set search_path = ''
as $$
  select array(
    select m.user_id
      from public.memberships as m
     where m.agency_id = any (private.agencies_with('members.read'))
  )
$$;

comment on function private.colleagues() is 'The users in the agencies whose members the caller may see.';
grant execute on function private.colleagues() to authenticated;
