create or replace function private.agencies_with(variadic permissions text[])
returns uuid[]
language plpgsql
stable
security definer -- reads memberships that the caller may not see
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid := private.uid();
  v_requested uuid := private.requested_agency();
begin
  if v_user is null then
    return case when private.is_service() or (private.api_key()).permissions && agencies_with.permissions
      then private.my_agencies() else '{}' end;
  end if;
  return array(
    select e.agency_id
      from private.effective_permissions as e
     where e.user_id = v_user
       -- The first one mostly decides, in a third of the time.
       and (agencies_with.permissions[1] = any (e.permissions) or e.permissions && agencies_with.permissions)
       and (v_requested is null or e.agency_id = v_requested)
  );
end;
$$;

comment on function private.agencies_with(text[]) is
  'The agencies in which the caller (a user or an API key) holds any of the permissions, narrowed to X-Agency-Id where the request names one. Looked up at each statement, so that a change of roles works at once. Every policy asks it, once per statement.';
grant execute on function private.agencies_with(text[]) to authenticated;
