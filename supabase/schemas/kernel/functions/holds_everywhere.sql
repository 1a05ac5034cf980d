create or replace function private.holds_everywhere(variadic permissions text[])
returns boolean
language plpgsql
stable
security definer -- reads memberships that the caller may not see
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid := private.uid();
  v_requested uuid;
begin
  if v_user is null or private.is_service() then
    return private.my_agencies() <@ private.agencies_with(variadic holds_everywhere.permissions);
  end if;
  -- The same in one query.
  v_requested := private.requested_agency();
  return not exists (
    select from public.memberships as m
      left join private.effective_permissions as e on e.agency_id = m.agency_id and e.user_id = m.user_id
     where m.user_id = v_user
       and m.status = 'active'
       and (v_requested is null or m.agency_id = v_requested)
       and (e.permissions && holds_everywhere.permissions) is not true
  );
end;
$$;

comment on function private.holds_everywhere(text[]) is
  'Whether the caller holds any of the permissions in all of their agencies. Lets a policy decide once for a statement what it would otherwise decide row by row.';
grant execute on function private.holds_everywhere(text[]) to authenticated;
