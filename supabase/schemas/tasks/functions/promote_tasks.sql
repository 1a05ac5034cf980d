create or replace function private.promote_tasks(batch_size integer default 1000)
returns bigint
language plpgsql
volatile
security definer -- the queue is nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_promoted bigint;
begin
  with due as materialized (
    select t.id, t.queue, t.run_at
      from private.tasks as t
     where t.state in ('scheduled', 'retryable') and coalesce(t.lease_until, t.run_at) <= now()
     order by t.run_at
     limit promote_tasks.batch_size
       for update skip locked
  ), placed as (
    select d.id, q.turn - 1 + row_number() over (partition by d.queue order by d.run_at, d.id) as turn
      from due as d
      join (
        select o.queue, private.next_turn(o.queue) as turn from (select distinct n.queue from due as n) as o
      ) as q on q.queue = d.queue
  )
  update private.tasks as t
     set state = 'available', turn = p.turn, place = p.turn
    from placed as p
   where t.id = p.id;
  get diagnostics v_promoted = row_count;
  return v_promoted;
end;
$$;

comment on function private.promote_tasks(integer) is
  'Puts tasks in line whose time has come; returns how many. Several at once share them.';
