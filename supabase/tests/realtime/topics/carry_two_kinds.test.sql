begin;
select plan(2);

select tests.create_agency('acme');
select set_config('realtime.topic', 'agency:' || tests.id('acme'), true);
insert into realtime.messages (topic, extension)
select current_setting('realtime.topic'), e from unnest('{broadcast,presence,postgres_changes,system}'::text[]) as e;

select tests.act_as('acme', 'owner');
select results_eq('select m.extension from realtime.messages as m order by 1', '{broadcast,presence}'::text[],
  'a channel lets in broadcasts and presence, and what Realtime may add some day not without a decision');
select throws_ok($$ insert into realtime.messages (topic, extension) select current_setting('realtime.topic'), 'system' $$,
  '42501', null, 'nor is that sent');

select * from finish();
rollback;
