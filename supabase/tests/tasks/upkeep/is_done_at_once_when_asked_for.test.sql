begin;
select plan(3);
select private.do_chores();
insert into private.chores (name, every, next_run_at) values ('fold', '1 day', now() + interval '1 day')
on conflict (name) do update set every = excluded.every, next_run_at = excluded.next_run_at;
select is(private.do_chores(), '{}', 'nothing is due');
select tests.act_as_service();
select bag_eq($$ select unnest(public.do_upkeep()) $$, $$ select c.name from private.chores as c $$,
  'a worker has all chores done');
select tests.act_as_postgres();
select is((select c.next_run_at from private.chores as c where c.name = 'fold'), now() + interval '1 day',
  'and each is due again after its time');
select * from finish();
rollback;
