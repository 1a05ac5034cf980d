begin;
select plan(12);
select tests.enqueue(options => '{"as": "task"}');
select count(*) from tests.claim();
update private.tasks set lease_until = now() - interval '1 second';
select is((select t -> 'claim' from tests.claim() as t), '2', 'its lease ran out, and it was claimed again');

select tests.act_as_service();
select throws_ok(format(call, claim), 'PT409', 'task_lost', format('by another claim no ' || call, claim))
  from unnest(array[
    'select public.heartbeat_task(tests.id(''task''), %s, 60)', 'select public.snooze_task(tests.id(''task''), %s, 60)',
    'select public.hand_back_task(tests.id(''task''), %s)', 'select public.fail_task(tests.id(''task''), %s, ''X'')',
    'select public.complete_task(tests.id(''task''), %s)'
  ]) as call, unnest(array[1, 3]) as claim;
select is((select row(t.state, t.claim, t.attempts)::text from tests.task('task') as t), '(running,2,2)', 'it goes on as it was');
select * from finish();
rollback;
