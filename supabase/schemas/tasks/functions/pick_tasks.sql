create or replace function private.pick_tasks(kinds text[], max_tasks integer)
returns uuid[]
language plpgsql
volatile
security definer -- the queue is nobody's to lock
set search_path = ''
set enable_sort = off
set enable_seqscan = off
set enable_bitmapscan = off
as $$
#variable_conflict error
declare
  v_place record;
  v_best uuid[];
  v_picked uuid[] := '{}'::uuid[];
begin
  -- Turns say how many each agency gets; priorities say which of its tasks these are.
  for v_place in
    with places as materialized (
      select t.id, t.queue, t.turn
        from private.tasks as t
       where t.state = 'available' and t.kind = any (pick_tasks.kinds)
       order by t.turn
       limit pick_tasks.max_tasks
         for update skip locked
    )
    select p.queue, array_agg(p.id) as ids, count(*) as number from places as p group by p.queue
  loop
    select coalesce(array_agg(b.id), '{}') into v_best
      from (
        select t.id
          from private.tasks as t
         where t.state = 'available' and t.queue = v_place.queue and t.kind = any (pick_tasks.kinds)
         order by t.priority desc, t.place
         limit v_place.number
           for update skip locked
      ) as b;
    -- Who steps back takes the turn of who goes first, so that the agency's places stay what they are.
    with back as (
      select t.id, row_number() over (order by t.priority desc, t.place) as n
        from private.tasks as t
       where t.id = any (v_place.ids) and t.id <> all (v_best)
    ), forth as (
      select t.turn, row_number() over (order by t.turn) as n
        from private.tasks as t
       where t.id = any (v_best) and t.id <> all (v_place.ids)
    )
    update private.tasks as t
       set turn = f.turn
      from back as b
      join forth as f on f.n = b.n
     where t.id = b.id;
    v_picked := v_picked || v_best;
  end loop;
  return v_picked;
end;
$$;

comment on function private.pick_tasks(text[], integer) is
  'Locks the tasks to claim next where some go before others: as many of each agency as its turns say, those of the highest priority.';
