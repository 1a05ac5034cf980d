begin;
select plan(9);
select tests.enqueue(options => '{"as": "task", "max_attempts": 1}');
select tests.act_as_service();

select count(*) from tests.claim();
select is(public.snooze_task(tests.id('task'), 1, 90), now() + interval '90 seconds', 'a snooze says until when');
select is((select row(t.state, t.attempts)::text from tests.task('task') as t), '(scheduled,0)', 'and costs no attempt');
select throws_ok($$ select public.snooze_task(tests.id('task'), 1, 90) $$, 'PT409', 'task_lost', 'it is out of hand then');
select is((select count(*) from tests.claim()), 0::bigint, 'and out of line');

select public.requeue_task(tests.id('task'));
select is((select t -> 'claim' from tests.claim() as t), '2', 'the next claim has the next number');
select lives_ok($$ select public.hand_back_task(tests.id('task'), 2) $$, 'whoever stops hands back');
select is((select row(t.state, t.attempts, t.worker)::text from tests.task('task') as t), '(available,0,)', 'which costs none either');
select is((select t -> 'attempt' from tests.claim() as t), '1', 'so that even a last attempt is there');
select throws_ok($$ select public.hand_back_task(tests.id('task'), 2) $$, 'PT409', 'task_lost', 'of another''s claim nothing is handed back');
select * from finish();
rollback;
