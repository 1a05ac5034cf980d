create or replace function private.holds_everywhere(permission text)
returns boolean
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
    return private.is_service() or coalesce(holds_everywhere.permission = any ((private.api_key()).permissions), false);
  end if;
  perform from private.effective_permissions as e
    where e.user_id = v_user
      and (v_requested is null or e.agency_id = v_requested)
      and holds_everywhere.permission <> all (e.permissions)
      and e.permissions <> '{}';
  return not found;
end;
$$;

comment on function private.holds_everywhere(text) is
  'Whether the caller holds the permission in every agency in which they hold any. Lets a policy that is bounded by agencies_with() decide once for a statement what it would otherwise decide row by row; both read the same rows, so that one that is missing closes.';
grant execute on function private.holds_everywhere(text) to authenticated;
