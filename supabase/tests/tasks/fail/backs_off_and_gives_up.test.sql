begin;
select plan(12);
select tests.enqueue(options => '{"as": "task", "max_attempts": 3}');
select tests.enqueue(options => '{"as": "final"}');
select tests.act_as_service();

select count(*) from tests.claim(2);
select is(public.fail_task(tests.id('task'), 1, 'no route') ->> 'state', 'retryable', 'a failed attempt comes back');
select cmp_ok((tests.task('task')).run_at - now(), '>=', interval '4 seconds', 'after about five seconds');
select cmp_ok((tests.task('task')).run_at - now(), '<=', interval '6 seconds', 'give or take a fifth');
select is((tests.task('task')).last_error, 'no route', 'the reason is kept');
select throws_ok($$ select public.fail_task(tests.id('task'), 1, 'x') $$, 'PT409', 'task_lost', 'an attempt fails once');

select is((public.fail_task(tests.id('final'), 1, 'bad payload', final => true)) ->> 'state', 'discarded',
  'what is final is given up at once');

select tests.act_as_postgres();
update private.tasks set run_at = now() where id = tests.id('task');
select is((select t ->> 'last_error' from tests.claim() as t), 'no route', 'the next attempt is told the reason');
select tests.act_as_service();
select is((public.fail_task(tests.id('task'), 2, 'busy', 100) ->> 'run_at')::timestamptz, now() + interval '100 seconds',
  'a worker may say when to come back');
select tests.act_as_postgres();
update private.tasks set run_at = now() where id = tests.id('task');
select count(*) from tests.claim();
select tests.act_as_service();
select is(public.fail_task(tests.id('task'), 3, 'again') ->> 'state', 'discarded', 'the last attempt is the last');
select ok((tests.task('task')).finished_at is not null, 'and it is finished');

select tests.act_as_postgres();
select set_eq($$ select count(distinct private.task_backoff(3)) > 1 from generate_series(1, 20) $$, '{t}'::boolean[],
  'no two wait for just as long');
select ok((select bool_and(private.task_backoff(n) between least(5 * 2 ^ (n - 1), 21600) * 0.8 * interval '1 second'
                            and least(5 * 2 ^ (n - 1), 21600) * 1.2 * interval '1 second') from generate_series(1, 50) as n),
  'the wait doubles up to six hours');
select * from finish();
rollback;
