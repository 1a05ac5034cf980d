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
  select c.agency_id, tg_table_name, c.id, v_at, v_event, d.before
    from (
      -- Once a row: without the offset the planner would make the documents anew for each field.
      select n.agency_id, n.id, to_jsonb(o) as was, to_jsonb(n) as became
        from new_rows as n
        join old_rows as o on o.agency_id = n.agency_id and o.id = n.id
      offset 0
    ) as c
   cross join lateral (
     select jsonb_object_agg(b.key, b.value) as before
       from jsonb_each(c.was) as b
      where c.became -> b.key <> b.value
        -- What follows from other fields.
        and b.key not in ('search', 'dedupe_key', 'score_log')
   ) as d
   where d.before is not null;
  if found then
    perform set_config('backline.event_id', v_event::text, true);
  end if;
  return null;
end;
$$;

comment on function private.tg_record_changes() is
  'Files what each row of an update was, under the audit event that the call will write.';
