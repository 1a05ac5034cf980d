create or replace function private.sweep_tasks()
returns void
language sql
volatile
security definer -- the clock that calls it owns nothing
set search_path = ''
as $$
  delete from private.tasks as t
   where t.id = any (array(
     select o.id
       from private.tasks as o
      -- Ids come in the order of time: what is younger than the shorter time is not even looked at.
      where o.id < (lpad(to_hex((extract(epoch from now() - interval '7 days') * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
        and case when o.state = 'completed' then o.finished_at < now() - interval '7 days'
                 when o.state in ('cancelled', 'discarded') then o.finished_at < now() - interval '90 days' end
      order by o.id
      limit 10000
        for update skip locked))
$$;

comment on function private.sweep_tasks() is
  'Forgets up to 10,000 tasks that were completed 7 days ago, or cancelled or discarded 90 days ago. Called by the clock.';
