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
  return coalesce(greatest(interval '0', now() - (
    select min(o.due)
      from unnest('{available,scheduled,retryable}'::private.task_state[]) as s (state)
     cross join lateral (
       select coalesce(t.lease_until, t.run_at) as due
         from private.tasks as t
        where t.state = s.state
          and t.state in ('available', 'scheduled', 'running', 'retryable', 'discarded')
        order by coalesce(t.lease_until, t.run_at)
        limit 1
     ) as o)), interval '0');
end;
$$;

comment on function private.task_lag() is 'How long the oldest task that is due has waited for a worker; nothing where none is due.';
