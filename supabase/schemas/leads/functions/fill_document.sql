create or replace function private.fill_document(base jsonb, addition jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
begin
  return fill_document.base || (
    select coalesce(jsonb_object_agg(a.key, case when a.both_are_objects then o.merged else a.value end), '{}')
      from (
        select e.key, e.value, b.value as said,
               coalesce(jsonb_typeof(b.value) = 'object' and jsonb_typeof(e.value) = 'object', false) as both_are_objects
          from jsonb_each(fill_document.addition) as e
         cross join lateral (select fill_document.base -> e.key) as b (value)
      ) as a
     cross join lateral (select case when a.both_are_objects then a.value || a.said end) as o (merged)
     where a.value <> 'null'
       and (a.both_are_objects or coalesce(a.said, 'null') in ('null', '[]'))
       -- However often an import adds keys, a document keeps the limit of one that is written.
       and (pg_column_size(o.merged) <= 65536) is not false);
end;
$$;

comment on function private.fill_document(jsonb, jsonb) is
  'The base with its gaps filled from the addition, one level into objects; what the base says stays, and an object that would grow beyond 64 KB as a whole.';

create or replace aggregate private.fill_documents(jsonb) (
  sfunc = private.fill_document,
  stype = jsonb,
  initcond = '{}'
);
comment on aggregate private.fill_documents(jsonb) is
  'Several documents as one: of what is said about a key, the first stands.';
