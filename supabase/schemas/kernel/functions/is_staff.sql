create or replace function private.is_staff()
returns boolean
language sql
stable
security definer -- the list is nobody's to read
set search_path = ''
as $$
  select private.is_service() or exists (
    select from private.platform_staff as s where s.user_id = private.uid()
  )
$$;

comment on function private.is_staff() is
  'Whether the caller runs the platform (or is the secret key). Looked up at each statement, never taken from the token.';
