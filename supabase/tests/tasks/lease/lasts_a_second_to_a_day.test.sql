begin;
select plan(6);
select tests.enqueue(options => '{"as": "task"}');
select count(*) from tests.claim();
select tests.act_as_service();
select throws_ok(format('select public.heartbeat_task(tests.id(''task''), 1, %L)', s), 'PT422', 'lease_out_of_range',
  format('no lease lasts %L seconds', s))
  from unnest(array[null, 0, -1, 86401]) as s;
select lives_ok(format('select public.heartbeat_task(tests.id(''task''), 1, %s)', s), format('but %s', s))
  from unnest(array[1, 86400]) as s;
select * from finish();
rollback;
