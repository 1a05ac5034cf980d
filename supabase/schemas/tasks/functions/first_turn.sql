create or replace function private.first_turn()
returns bigint
language plpgsql
stable
security invoker
set search_path = ''
-- Whatever the statistics say of a table that fills and empties: the index that has the order.
set enable_sort = off
set enable_seqscan = off
set enable_bitmapscan = off
as $$
#variable_conflict error
begin
  return (select t.turn from private.tasks as t where t.state = 'available' order by t.turn limit 1);
end;
$$;

comment on function private.first_turn() is 'Whose turn it is: the smallest turn of all tasks that wait; null where none does.';
