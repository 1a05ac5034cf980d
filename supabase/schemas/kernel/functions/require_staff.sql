create or replace function private.require_staff()
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if private.is_staff() then
    return;
  end if;
  perform private.require_user();
  raise exception using errcode = 'PT403', message = 'staff_required',
    detail = 'This is for the staff of the platform.';
end;
$$;

comment on function private.require_staff() is
  'Refuses whoever does not run the platform: 401 not_signed_in, 403 staff_required.';
