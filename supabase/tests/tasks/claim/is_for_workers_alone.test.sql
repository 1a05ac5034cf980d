begin;
create temporary table calls (call text);
insert into calls values
  ($$enqueue_task('maintenance.sweep')$$), ($$claim_tasks('w', '{maintenance.sweep}', 1, 60)$$),
  ($$heartbeat_task(gen_random_uuid(), 1, 60)$$), ($$complete_task(gen_random_uuid(), 1)$$), ($$complete_tasks('[]')$$),
  ($$exchange_tasks('[]', 'w', '{maintenance.sweep}', 1, 60)$$), ($$fail_task(gen_random_uuid(), 1, 'x')$$),
  ($$snooze_task(gen_random_uuid(), 1, 60)$$), ($$hand_back_task(gen_random_uuid(), 1)$$), ($$do_upkeep()$$);
grant select on calls to public;
select plan((select count(*)::integer * 3 + 4 from calls));
select tests.create_agency('acme');

select tests.act_as('acme', 'owner');
select throws_ok('select public.' || call, '42501', null, 'no owner calls ' || call) from calls;
select throws_ok('select * from private.tasks', '42501', null, 'nor reads the queue');
select throws_ok($$ select private.enqueue_task('maintenance.sweep', '{}') $$, '42501', null, 'nor puts anything in it');
select tests.act_as_anon();
select throws_ok('select public.' || call, '42501', null, 'nobody calls ' || call) from calls;
select tests.act_as_postgres();
-- The role decides, not the grant alone.
select throws_ok('select public.' || call, 'PT403', 'service_required', 'without the secret key no ' || call) from calls;
select is((select count(*) from private.tasks), 0::bigint, 'nothing has come of it');
select tests.act_as_service();
select throws_ok($$ delete from private.tasks $$, '42501', null, 'the secret key changes the queue by procedures alone');
select * from finish();
rollback;
