create or replace function private.can_on_platform(agency_id uuid, platform text, variadic permissions text[])
returns boolean
language plpgsql
stable
security definer -- reads overrides that the caller may not see
set search_path = ''
as $$
#variable_conflict error
declare
  v_permission text;
begin
  foreach v_permission in array can_on_platform.permissions loop
    if private.can(can_on_platform.agency_id, v_permission) or (
      can_on_platform.agency_id = any (private.my_agencies())
      and exists (
        select from public.user_permissions_view as p
         where p.agency_id = can_on_platform.agency_id and p.user_id = private.uid()
           and p.permission = v_permission and p.platform = can_on_platform.platform
      )
    ) then
      if not exists (
        select from public.member_permissions as d
         where d.agency_id = can_on_platform.agency_id and d.user_id = private.uid()
           and d.permission = v_permission and d.platform = can_on_platform.platform and d.effect = 'deny'
      ) then
        return true;
      end if;
    end if;
  end loop;
  return false;
end;
$$;

comment on function private.can_on_platform(uuid, text, text[]) is
  'Whether the caller holds any of the permissions in the agency on this platform: everywhere or by an override there, and not denied there.';
