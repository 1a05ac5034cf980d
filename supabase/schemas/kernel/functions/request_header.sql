create or replace function private.request_header(name text)
returns text
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
begin
  return nullif(nullif(current_setting('request.headers', true), '')::jsonb ->> request_header.name, '');
end;
$$;

comment on function private.request_header(text) is
  'A header of the HTTP request, by its lower-case name; null outside of one.';
grant execute on function private.request_header(text) to anon, authenticated;
