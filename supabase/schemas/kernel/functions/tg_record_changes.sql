create or replace function private.tg_record_changes()
returns trigger
language plpgsql
volatile
security definer -- nobody else may write history
set search_path = ''
-- The plan is kept for the session, and made for a statement of one row it would pair thousands one by one.
set enable_nestloop = off
as $$
#variable_conflict error
declare
  v_at timestamptz := clock_timestamp();
  v_event uuid := coalesce(nullif(current_setting('backline.event_id', true), '')::uuid, private.uuid_v7());
begin
  insert into private.row_changes (agency_id, entity, entity_id, at, event_id, before)
  select n.agency_id, tg_table_name, n.id, v_at, v_event, private.changed_fields(to_jsonb(o), to_jsonb(n))
    from new_rows as n
    join old_rows as o on o.agency_id = n.agency_id and o.id = n.id
   where o.* is distinct from n.*;
  if found then
    perform set_config('backline.event_id', v_event::text, true);
  end if;
  return null;
end;
$$;

comment on function private.tg_record_changes() is
  'Files what each row of an update was, under the audit event that the call will write.';
