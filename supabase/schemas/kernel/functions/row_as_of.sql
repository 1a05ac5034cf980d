create or replace function private.row_as_of(agency_id uuid, entity text, row_now jsonb, at timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select row_as_of.row_now || coalesce(jsonb_object_agg(f.key, f.value), '{}')
    from (
      -- What a field was then is what the first later change found.
      select distinct on (b.key) b.key, b.value
        from private.row_changes as c
       cross join lateral jsonb_each(c.before) as b
       where c.agency_id = row_as_of.agency_id
         and c.entity_id = (row_as_of.row_now ->> 'id')::uuid
         and c.entity = row_as_of.entity
         and c.at > row_as_of.at
       order by b.key, c.id
    ) as f
$$;

comment on function private.row_as_of(uuid, text, jsonb, timestamptz) is
  'A row as it was at a moment: as it is, with every later change undone.';
