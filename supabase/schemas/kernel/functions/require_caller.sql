create or replace function private.require_caller()
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if not private.is_service() and (private.api_key()).id is null then
    perform private.require_user();
  end if;
end;
$$;

comment on function private.require_caller() is
  'Refuses whoever is neither signed in, nor a good API key, nor the secret key: 401 not_signed_in.';
