create or replace function private.require_timezone(timezone text)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  -- Reads a file for each zone there is. The cast would be quick, and take any invention such as XYZ5.
  if not exists (select from pg_catalog.pg_timezone_names as z where z.name = require_timezone.timezone) then
    raise exception using errcode = 'PT422', message = 'timezone_unknown',
      detail = format('There is no time zone %s.', require_timezone.timezone), hint = 'Name one as in Europe/Lisbon.';
  end if;
end;
$$;

comment on function private.require_timezone(text) is
  'Refuses a time zone that is none: 422 timezone_unknown. It takes tens of milliseconds: to be asked when a zone is entered, not each time it is used.';
