create or replace function private.is_service()
returns boolean
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
begin
  -- The role the connection switched to, not a claim; a definer's own identity does not change it.
  return coalesce(current_setting('role', true), '') = 'service_role';
end;
$$;

comment on function private.is_service() is 'Whether the request came with the secret key.';
grant execute on function private.is_service() to anon, authenticated;
