create or replace function private.task_lag()
returns interval
language plpgsql
stable
security invoker
set search_path = ''
set enable_sort = off
set enable_seqscan = off
as $$
#variable_conflict error
begin
  return coalesce(greatest(interval '0', now() - least(
    (select t.run_at from private.tasks as t where t.state = 'available' order by t.run_at limit 1),
    (select t.run_at from private.tasks as t where t.state in ('scheduled', 'retryable') order by t.run_at limit 1))), interval '0');
end;
$$;

comment on function private.task_lag() is 'How long the oldest task that is due has waited for a worker; nothing where none is due.';
