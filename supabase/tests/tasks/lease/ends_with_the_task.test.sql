begin;
select plan(7);
select tests.enqueue(options => '{"as": "task"}');
select count(*) from tests.claim();
select tests.act_as_service();
select public.complete_task(tests.id('task'), 1);

select throws_ok($$ select public.heartbeat_task(tests.id('task'), 1, 60) $$, 'PT409', 'task_lost', 'a task that has ended is not kept alive');
select throws_ok($$ select public.snooze_task(tests.id('task'), 1, 60) $$, 'PT409', 'task_lost', 'nor snoozed');
select throws_ok($$ select public.hand_back_task(tests.id('task'), 1) $$, 'PT409', 'task_lost', 'nor handed back');
select throws_ok($$ select public.fail_task(tests.id('task'), 1, 'X') $$, 'PT409', 'task_lost', 'nor failed');
select throws_ok($$ select public.complete_task(tests.id('task'), 1) $$, 'PT409', 'task_lost', 'nor completed once more');
select is(public.complete_tasks(jsonb_build_array(jsonb_build_object('id', tests.id('task'), 'claim', 1, 'result', '{}'::jsonb)))::jsonb,
  jsonb_build_object('lost', jsonb_build_array(tests.id('task'))), 'among others either');
select is((select row(t.state, t.result, t.last_error)::text from tests.task('task') as t), '(completed,,)', 'and stays as it ended');
select * from finish();
rollback;
