create or replace function private.uid()
returns uuid
language sql
stable
set search_path = ''
as $$
  select auth.uid()
$$;

comment on function private.uid() is 'The user this statement runs for; null without one. The only place that asks who calls.';
grant execute on function private.uid() to authenticated;
