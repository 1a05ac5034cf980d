create or replace function private.next_turn(queue uuid)
returns bigint
language plpgsql
stable
security invoker
set search_path = ''
set enable_sort = off
set enable_seqscan = off
set enable_bitmapscan = off
as $$
#variable_conflict error
begin
  return 1 + coalesce(greatest(
    (select t.turn from private.tasks as t
      where t.state = 'available' and t.queue = next_turn.queue order by t.turn desc limit 1),
    (select t.turn from private.tasks as t where t.state = 'available' order by t.turn limit 1)), 0);
end;
$$;

comment on function private.next_turn(uuid) is
  'The turn of a task that becomes due now: after the last that waits in its queue, and after those whose turn it is, but not after others'' backlogs.';
