create or replace function private.requested_agency()
returns uuid
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_header text := private.request_header('x-agency-id');
begin
  if not pg_input_is_valid(v_header, 'uuid') then
    raise exception using errcode = 'PT400', message = 'agency_header_invalid',
      detail = 'The header X-Agency-Id is not a UUID.',
      hint = 'Send the id of one of your agencies, or leave the header out.';
  end if;
  return v_header::uuid;
end;
$$;

comment on function private.requested_agency() is
  'The agency the request names in X-Agency-Id; null without the header. Error 400 agency_header_invalid.';
grant execute on function private.requested_agency() to authenticated;
