begin;
select plan(13);
select tests.enqueue(options => '{"as": "silent", "max_attempts": 2}');
select tests.enqueue(options => '{"as": "alive"}');
select tests.act_as_service();
select count(*) from tests.claim(2, 'w1');

select tests.act_as_postgres();
update private.tasks set lease_until = now() - interval '1 second';
select tests.act_as_service();
select cmp_ok(public.heartbeat_task(tests.id('alive'), 1, 60), '>', now() + interval '50 seconds',
  'as long as nobody else has it a sign of life renews the lease');
select tests.act_as_postgres();
select is(private.rescue_tasks(), 1::bigint, 'what a silent worker holds is taken back');
select is((select row(t.state, t.attempts, t.worker)::text from tests.task('silent') as t), '(available,1,)', 'the attempt counts');
select matches((tests.task('silent')).last_error, '^Worker w1 fell silent', 'the reason is told');
select is((tests.task('alive')).state::text, 'running', 'the others go on');

select tests.act_as_service();
select is((select t ->> 'id' from tests.claim(1, 'w2') as t), tests.id('silent')::text, 'another worker gets it');
select throws_ok($$ select public.complete_task(tests.id('silent'), 1) $$, 'PT409', 'task_lost', 'the old one can no longer complete it');
select throws_ok($$ select public.heartbeat_task(tests.id('silent'), 1, 60) $$, 'PT409', 'task_lost', 'nor keep it');
select throws_ok($$ select public.fail_task(tests.id('silent'), 1, 'x') $$, 'PT409', 'task_lost', 'nor fail it');
select is(public.complete_tasks(jsonb_build_array(jsonb_build_object('id', tests.id('silent'), 'claim', 1)))::jsonb,
  jsonb_build_object('lost', jsonb_build_array(tests.id('silent'))), 'nor complete it among others');

select tests.act_as_postgres();
update private.tasks set lease_until = now() - interval '1 second' where id = tests.id('silent');
select is((select count(*) from tests.claim()), 0::bigint, 'a claim rescues too');
select is((tests.task('silent')).state::text, 'discarded', 'whose last attempt fell silent is given up');
select ok((tests.task('silent')).finished_at is not null, 'and finished');
select * from finish();
rollback;
