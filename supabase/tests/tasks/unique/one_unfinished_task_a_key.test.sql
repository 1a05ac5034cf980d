begin;
select plan(8);
select tests.enqueue(options => '{"as": "first", "unique_key": "report:1"}');
select is(tests.enqueue(options => '{"unique_key": "report:1"}'), tests.id('first'), 'the same key is the same task');
select isnt(tests.enqueue(options => '{"unique_key": "report:2"}'), tests.id('first'), 'another key is another');
select count(*) from tests.claim();
select is(tests.enqueue(options => '{"unique_key": "report:1"}'), tests.id('first'), 'also while it runs');
select tests.act_as_service();
select public.fail_task(tests.id('first'), 1, 'x', final => true);
select isnt(tests.enqueue(options => '{"as": "second", "unique_key": "report:1"}'), tests.id('first'), 'after its end there may be a new one');
select throws_ok($$ select public.requeue_task(tests.id('first')) $$, 'PT409', 'task_is_superseded', 'then the old one stays where it is');
select tests.act_as_postgres();
select is(private.enqueue_tasks('maintenance.sweep', '{"{}","{}","{}"}', unique_keys => '{report:3,report:1,report:3}'), 1::bigint,
  'in sets as well');
select is((select count(*) from private.tasks where unique_key = 'report:3'), 1::bigint, 'once each');
select throws_ok($$ select private.enqueue_task('nonesuch.kind', '{}') $$, 'PT422', 'task_kind_unknown', 'a kind that nobody runs is refused');
select * from finish();
rollback;
