create or replace function private.require_user()
returns uuid
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if private.uid() is null then
    raise exception using errcode = 'PT401', message = 'not_signed_in',
      detail = 'This needs a signed-in user.', hint = 'Sign in and send the access token.';
  end if;
  return private.uid();
end;
$$;

comment on function private.require_user() is 'The signed-in user; error 401 not_signed_in without one.';
