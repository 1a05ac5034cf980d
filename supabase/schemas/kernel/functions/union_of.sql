create or replace function private.union_of(list text[], other text[])
returns text[]
language plpgsql
immutable
set search_path = ''
as $$
#variable_conflict error
begin
  return array(select distinct u from unnest(list || other) as u order by u);
end;
$$;

comment on function private.union_of(text[], text[]) is 'Both lists as one, sorted, each word once.';
