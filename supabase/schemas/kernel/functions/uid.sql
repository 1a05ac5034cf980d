create or replace function private.uid()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
begin
  return auth.uid();
end;
$$;

comment on function private.uid() is 'The user this statement runs for; null without one. The only place that asks who calls.';
grant execute on function private.uid() to authenticated;
