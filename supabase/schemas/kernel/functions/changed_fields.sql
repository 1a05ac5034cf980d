create or replace function private.changed_fields(before jsonb, after jsonb)
returns jsonb
language sql
immutable
parallel safe
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(b.key, b.value), '{}')
    from jsonb_each(changed_fields.before) as b
   where changed_fields.after -> b.key <> b.value
     and b.key not in ('search', 'dedupe_key', 'score_log')
$$;

comment on function private.changed_fields(jsonb, jsonb) is
  'The fields of a row that another version of it has changed, as they were; without what follows from others.';
