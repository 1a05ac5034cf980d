create or replace function private.requested_agency()
returns uuid
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_header text;
begin
  -- Asked several times a request, of which few name one: looking for the name takes less than parsing
  -- all headers.
  if strpos(current_setting('request.headers', true), '"x-agency-id"') > 0 then
    v_header := private.request_header('x-agency-id');
    if not pg_input_is_valid(v_header, 'uuid') then
      raise exception using errcode = 'PT400', message = 'agency_header_invalid',
        detail = 'The header X-Agency-Id is not a UUID.',
        hint = 'Send the id of one of your agencies, or leave the header out.';
    end if;
  end if;
  return v_header::uuid;
end;
$$;

comment on function private.requested_agency() is
  'The agency the request names in X-Agency-Id; null without the header. Error 400 agency_header_invalid.';
grant execute on function private.requested_agency() to authenticated;
