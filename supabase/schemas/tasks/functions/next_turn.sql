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
declare
  v_last bigint;
begin
  -- The last of the queue, by the one index that has this order; the one before it is another queue's.
  select l.turn into v_last
    from (
      select t.queue, t.turn
        from private.tasks as t
       where t.state = 'available' and (t.queue, t.turn) <= (next_turn.queue, 9223372036854775807)
       order by t.queue desc, t.turn desc
       limit 1
    ) as l
   where l.queue = next_turn.queue;
  return 1 + coalesce(greatest(v_last, private.first_turn()), 0);
end;
$$;

comment on function private.next_turn(uuid) is
  'The turn of a task that becomes due now: after the last that waits in its queue, and after those whose turn it is, but not after others'' backlogs.';
