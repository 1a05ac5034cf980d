create or replace function private.tg_agencies__refresh_permissions()
returns trigger
language plpgsql
volatile
security definer -- nobody else may write what checks believe
set search_path = ''
as $$
#variable_conflict error
begin
  case
    when tg_level = 'ROW' and tg_table_name = 'agencies' then
      perform private.refresh_permissions(array[new.id]);
    when tg_level = 'ROW' and tg_table_name = 'agency_roles' then
      perform private.refresh_permissions(array[new.agency_id]);
    when tg_level = 'ROW' and tg_table_name = 'memberships' then
      perform private.refresh_permissions(array[new.agency_id], array[new.user_id]);
    else
      -- The system's own roles, or a whole table emptied. Whoever is giving out such a role holds a key
      -- share of it: they are waited for, and those who come after wait for us or, with an older
      -- snapshot, fail (40001). An older snapshot of our own would miss agencies.
      if current_setting('transaction_isolation') <> 'read committed' then
        raise exception using errcode = 'PT409', message = 'isolation_unsuitable',
          detail = 'System roles change in transactions of the level read committed only.';
      end if;
      perform from public.roles as r order by r.role for update;
      update public.roles as r set position = r.position;
      perform private.refresh_permissions(array(select a.id from public.agencies as a));
  end case;
  return null;
end;
$$;

comment on function private.tg_agencies__refresh_permissions() is
  'After a change of what roles hold, of a member''s status or of an agency''s archive: writes down again what the members concerned hold.';
