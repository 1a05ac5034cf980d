create or replace function private.tg_members__refresh_permissions()
returns trigger
language plpgsql
volatile
security definer -- nobody else may write what checks believe
set search_path = ''
as $$
#variable_conflict error
begin
  if tg_op in ('UPDATE', 'DELETE') then
    perform private.refresh_permissions(array_agg(distinct o.agency_id), array_agg(distinct o.user_id))
       from old_rows as o having count(*) > 0;
  end if;
  if tg_op in ('INSERT', 'UPDATE') then
    perform private.refresh_permissions(array_agg(distinct n.agency_id), array_agg(distinct n.user_id))
       from new_rows as n having count(*) > 0;
  end if;
  return null;
end;
$$;

comment on function private.tg_members__refresh_permissions() is
  'After a statement on members'' roles or overrides: writes down again what those members hold.';
