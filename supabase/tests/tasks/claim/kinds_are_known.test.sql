begin;
select plan(4);
select throws_ok($$ select private.enqueue_task('no.such', '{}') $$, 'PT422', 'task_kind_unknown', 'no task is made that no worker runs');
select throws_ok($$ select private.enqueue_tasks('no.such', '{"{}"}') $$, 'PT422', 'task_kind_unknown', 'nor many');
select throws_ok($$ select private.set_schedule('probe', '0 6 * * *', 'no.such') $$, 'PT422', 'task_kind_unknown', 'nor by the clock');
select throws_ok($$ select private.enqueue_tasks('no.such', '{}') $$, 'PT422', 'task_kind_unknown', 'not even where there is nothing to do');
select * from finish();
rollback;
