create or replace function private.request_header(name text)
returns text
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
declare
  v_headers text := current_setting('request.headers', true);
begin
  -- Asked several times a request, mostly for what is not there: to look for the name takes less than
  -- to read all headers as JSON.
  if strpos(v_headers, request_header.name) > 0 then
    return nullif(v_headers::jsonb ->> request_header.name, '');
  end if;
  return null;
end;
$$;

comment on function private.request_header(text) is
  'A header of the HTTP request, by its lower-case name; null outside of one.';
grant execute on function private.request_header(text) to anon, authenticated;
