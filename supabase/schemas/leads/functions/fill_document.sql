create or replace function private.fill_document(base jsonb, addition jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select base || coalesce(jsonb_object_agg(
           a.key,
           case when jsonb_typeof(base -> a.key) = 'object' and jsonb_typeof(a.value) = 'object'
             then a.value || (base -> a.key)
             else a.value
           end
         ), '{}')
    from jsonb_each(addition) as a
   where a.value <> 'null'
     and (coalesce(base -> a.key, 'null') in ('null', '[]')
       or (jsonb_typeof(base -> a.key) = 'object' and jsonb_typeof(a.value) = 'object'))
$$;

comment on function private.fill_document(jsonb, jsonb) is
  'The base with its gaps filled from the addition, one level into objects; what the base says stays.';

create or replace aggregate private.fill_documents(jsonb) (
  sfunc = private.fill_document,
  stype = jsonb,
  initcond = '{}'
);
comment on aggregate private.fill_documents(jsonb) is
  'Several documents as one: of what is said about a key, the first stands.';
