create or replace function private.search_query(search text)
returns tsquery
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
begin
  return (
    select to_tsquery('pg_catalog.simple', string_agg(
             '''' || replace(replace(w, '\', '\\'), '''', '''''') || ''':*', ' & '))
      from regexp_split_to_table(lower(trim(search_query.search)), '\s+') as w
     where w <> ''
  );
end;
$$;

comment on function private.search_query(text) is
  'What a person typed as a query: every word must begin a word of the lead. Null for nothing.';
