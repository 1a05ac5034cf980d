create or replace function private.require_member(agency_id uuid)
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require_caller();
  if (require_member.agency_id = any (private.my_agencies())) is not true then
    raise exception using errcode = 'PT404', message = 'agency_not_found',
      detail = 'No agency with this id is visible to you.',
      hint = 'List your agencies to see which ids there are.';
  end if;
end;
$$;

comment on function private.require_member(uuid) is
  'Refuses whoever is not an active member of the agency: 401 not_signed_in, 404 agency_not_found.';
