create or replace function private.csv_cell(value text)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  -- A spreadsheet runs a cell that begins like a formula: the apostrophe makes it text again.
  v_cell text := case when csv_cell.value ~ '^[=+\-@\t\r]' then '''' || csv_cell.value else csv_cell.value end;
begin
  if v_cell ~ '[",\r\n]' then
    return '"' || replace(v_cell, '"', '""') || '"';
  end if;
  return coalesce(v_cell, '');
end;
$$;

comment on function private.csv_cell(text) is
  'A value as a CSV cell (RFC 4180) that no spreadsheet takes for a formula.';
