create or replace function private.can(agency_id uuid, variadic permissions text[])
returns boolean
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
begin
  return can.agency_id = any (private.agencies_with(variadic can.permissions));
end;
$$;

comment on function private.can(uuid, text[]) is 'Whether the caller holds any of the permissions in the agency.';
grant execute on function private.can(uuid, text[]) to authenticated;
