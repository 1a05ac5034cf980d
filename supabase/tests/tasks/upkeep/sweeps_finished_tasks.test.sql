begin;
select plan(3);
create temporary table past on commit drop as
select name, state::private.task_state, now() - days * interval '1 day' as at
  from (values ('old done', 'completed', 8), ('new done', 'completed', 6), ('old dead', 'discarded', 89),
    ('older dead', 'cancelled', 91), ('waits', 'available', 365)) as t (name, state, days);
insert into private.tasks (id, kind, state, created_at, run_at, finished_at)
-- A time-ordered id, as the task would have got it then.
select tests.remember(name, (lpad(to_hex((extract(epoch from at - interval '1 minute') * 1000)::bigint), 12, '0') || '7'
         || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid),
       'maintenance.sweep', state, at, at, case state when 'available' then null else at end
  from past;
select tests.enqueue(options => '{"as": "made now"}');
select ok('tasks' = any (private.do_chores()), 'the clock sees to it');
select set_eq($$ select i.key from private.tasks as t join tests.ids as i on i.id = t.id $$,
  '{new done,old dead,waits,made now}'::text[], 'what ended long ago is gone, what was given up is kept longer, and what is not finished is never deleted');
select ok(not 'tasks' = any (private.do_chores()), 'once a minute');
select * from finish();
rollback;
