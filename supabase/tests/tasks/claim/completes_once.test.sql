begin;
select plan(11);
select tests.enqueue(options => '{"as": "one"}');
select tests.enqueue(options => '{"as": "two"}');
select tests.enqueue(options => '{"as": "three"}');
select count(*) from tests.claim(2);

select tests.act_as_service();
select lives_ok($$ select public.complete_task(tests.id('one'), 1, '{"rows": 3}') $$, 'whoever holds it completes it');
select throws_ok($$ select public.complete_task(tests.id('one'), 1) $$, 'PT409', 'task_lost', 'once');
select throws_ok($$ select public.complete_task(tests.id('two'), 7) $$, 'PT409', 'task_lost', 'another claim completes nothing');
select is((tests.task('two')).state::text, 'running', 'and leaves it as it is');
select is((tests.task('one')).result, '{"rows": 3}', 'the result is kept');
select ok((tests.task('one')).finished_at is not null and (tests.task('one')).lease_until is null, 'it is finished');

create temporary table answer on commit drop as
  select public.exchange_tasks(
    jsonb_build_array(
      jsonb_build_object('id', tests.id('one'), 'claim', 1),
      jsonb_build_object('id', tests.id('two'), 'claim', 1, 'result', '{"ok": true}'::jsonb)),
    'worker', '{maintenance.sweep}', 5, 60)::jsonb as a;
select is((select a -> 'lost' from answer), jsonb_build_array(tests.id('one')), 'an exchange tells what was lost');
select is((tests.task('two')).result, '{"ok": true}', 'completes the rest');
select is((select (a #>> '{tasks,0,id}')::uuid from answer), tests.id('three'), 'and hands out the next');
select is(public.complete_tasks(jsonb_build_array(jsonb_build_object('id', tests.id('three'), 'claim', 1)))::jsonb, '{"lost": []}',
  'many are completed likewise');
select is((tests.task('three')).state::text, 'completed', 'they are');
select * from finish();
rollback;
