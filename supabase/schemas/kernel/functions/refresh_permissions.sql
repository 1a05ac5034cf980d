create or replace function private.refresh_permissions(agency_ids uuid[], user_ids uuid[] default null)
returns void
language plpgsql
volatile
security definer -- nobody else may write what checks believe
set search_path = ''
as $$
#variable_conflict error
begin
  -- Whose membership ended needs nothing: their rows went with it.
  if refresh_permissions.user_ids is not null and not exists (
    select from public.memberships as m
     where m.agency_id = any (refresh_permissions.agency_ids)
       and m.user_id = any (refresh_permissions.user_ids)
  ) then
    return;
  end if;
  -- One change of permissions in an agency at a time, and the next statement sees what it waited for.
  -- A write, not just a lock: a transaction that reads an older snapshot than that fails (40001).
  perform from public.agencies as a
    where a.id = any (refresh_permissions.agency_ids) order by a.id for no key update;
  update public.agencies as a set updated_at = a.updated_at
   where a.id = any (refresh_permissions.agency_ids);
  insert into private.effective_permissions as e (agency_id, user_id, permissions)
  select m.agency_id, m.user_id, array(
           select distinct p.permission
             from public.user_permissions_view as p
            where p.agency_id = m.agency_id and p.user_id = m.user_id and p.platform is null
            order by p.permission
         )
    from public.memberships as m
   where m.agency_id = any (refresh_permissions.agency_ids)
     and (refresh_permissions.user_ids is null or m.user_id = any (refresh_permissions.user_ids))
     -- Whose membership another is ending is waited for, and left out.
     for key share of m
  on conflict (agency_id, user_id) do update set permissions = excluded.permissions;
end;
$$;

comment on function private.refresh_permissions(uuid[], uuid[]) is
  'Writes down again what the members hold, as user_permissions_view has it: these users in these agencies, or everyone in them. Changes of one agency wait for each other, so that none goes by what another is changing.';
