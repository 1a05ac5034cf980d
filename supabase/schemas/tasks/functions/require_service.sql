create or replace function private.require_service()
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if not private.is_service() then
    raise exception using errcode = 'PT403', message = 'service_required',
      detail = 'This is for workers, which come with the secret key.';
  end if;
end;
$$;

comment on function private.require_service() is 'Refuses whoever does not come with the secret key: 403 service_required.';
