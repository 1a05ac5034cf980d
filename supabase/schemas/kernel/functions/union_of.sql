create or replace function private.union_of(list text[], other text[])
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array(select distinct u from unnest(list || other) as u order by u)
$$;

comment on function private.union_of(text[], text[]) is 'Both lists as one, sorted, each word once.';
