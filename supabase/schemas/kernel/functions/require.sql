create or replace function private.require(agency_id uuid, variadic permissions text[])
returns void
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  perform private.require_member(require.agency_id);
  if not private.can(require.agency_id, variadic require.permissions) then
    raise exception using errcode = 'PT403', message = 'permission_denied',
      detail = format('This needs the permission %s in the agency.',
        array_to_string(require.permissions, ' or ')),
      hint = 'Ask an owner or admin of the agency for a role that holds it.';
  end if;
end;
$$;

comment on function private.require(uuid, text[]) is
  'Refuses a caller without any of the permissions: 401 not_signed_in, 404 agency_not_found for outsiders, 403 permission_denied for members.';
