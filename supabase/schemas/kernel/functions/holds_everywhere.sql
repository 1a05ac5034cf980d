create or replace function private.holds_everywhere(variadic permissions text[])
returns boolean
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  return private.my_agencies() <@ private.agencies_with(variadic holds_everywhere.permissions);
end;
$$;

comment on function private.holds_everywhere(text[]) is
  'Whether the caller holds any of the permissions in all of their agencies. Lets a policy decide once for a statement what it would otherwise decide row by row.';
grant execute on function private.holds_everywhere(text[]) to authenticated;
