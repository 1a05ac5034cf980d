begin;
select plan(24);
select tests.create_agency('acme');
select tests.create_user('staff@platform.test');
insert into private.platform_staff (user_id) values (tests.id('staff@platform.test'));

select tests.act_as('acme', 'owner');
select throws_ok(call, 'PT403', 'staff_required', 'an owner may not ' || call) from unnest(array[
  $$ select public.trigger_job('maintenance.sweep') $$, $$ select public.list_tasks() $$, $$ select public.get_task_figures() $$,
  $$ select public.requeue_task(gen_random_uuid()) $$, $$ select public.cancel_task(gen_random_uuid()) $$]) as call;

select tests.act_as_user(tests.id('staff@platform.test'));
create temporary table task on commit drop as
  select public.trigger_job('maintenance.sweep', '{"completed_days": 1}', tests.id('acme'), priority => 3) as t;
grant select on task to public;
select is((select t - '{id,run_at,created_at}'::text[] from task), jsonb_build_object(
  'kind', 'maintenance.sweep', 'state', 'available', 'agency_id', tests.id('acme'), 'agency_name', 'acme',
  'payload', '{"completed_days": 1}'::jsonb, 'priority', 3, 'attempts', 0, 'max_attempts', 20, 'lease_until', null,
  'heartbeat_at', null, 'finished_at', null, 'worker', null, 'unique_key', null, 'last_error', null, 'result', null),
  'staff put tasks in line, for an agency');
select is(public.trigger_job('maintenance.sweep', run_at => now() + interval '1 day') ->> 'state', 'scheduled', 'or for later');
select throws_like($$ select public.trigger_job('nonesuch.kind') $$, '%task_kind_unknown%', 'of known kinds');
select throws_ok($$ select public.trigger_job('maintenance.sweep', agency_id => gen_random_uuid()) $$, 'PT404', 'agency_not_found', 'and agencies');
select throws_ok($$ select public.trigger_job('maintenance.sweep', '[]') $$, '23514', null, 'with an object as payload');

select is((public.list_tasks() -> 'total')::integer, 2, 'staff see all tasks');
select is((public.list_tasks(agency_id => tests.id('acme')) #>> '{items,0,id}'), (select t ->> 'id' from task), 'or those of one agency');
select is((public.list_tasks(state => 'scheduled') -> 'total')::integer, 1, 'or in one state');
select is((public.list_tasks(kind => 'nonesuch.kind') -> 'total')::integer, 0, 'or of one kind');
select is(jsonb_array_length(public.list_tasks(page => 2, page_size => 1) -> 'items'), 1, 'page by page');
select throws_ok($$ select public.list_tasks(state => 'lost') $$, 'PT422', 'task_state_unknown', 'of states that there are');

select is(public.get_task_figures() -> 'states', '{"available": 1, "scheduled": 1, "running": 0, "retryable": 0, "completed": 0, "cancelled": 0, "discarded": 0}',
  'they see how many there are in each state');
select is((select k #> '{states,scheduled}' from jsonb_array_elements(public.get_task_figures() -> 'kinds') as k
            where k ->> 'kind' = 'maintenance.sweep'), '1', 'and of each kind');

select is(public.cancel_task((select (t ->> 'id')::uuid from task)) ->> 'state', 'cancelled', 'they cancel');
select throws_ok($$ select public.cancel_task((select (t ->> 'id')::uuid from task)) $$, 'PT409', 'task_is_finished', 'what is not finished');
select is(public.requeue_task((select (t ->> 'id')::uuid from task)) ->> 'state', 'available', 'and put back in line');
select throws_ok($$ select public.requeue_task((select (t ->> 'id')::uuid from task)) $$, 'PT409', 'task_not_requeueable', 'what is not there already');
select throws_ok($$ select public.requeue_task(gen_random_uuid()) $$, 'PT404', 'task_not_found', 'what is not there at all is 404');

select tests.act_as_postgres();
select results_eq($$ select action, agency_id, actor_id from public.audit_log
                      where entity = 'task' order by id $$,
  $$ values ('task.triggered', tests.id('acme'), tests.id('staff@platform.test')),
            ('task.triggered', private.platform(), tests.id('staff@platform.test')),
            ('task.cancelled', tests.id('acme'), tests.id('staff@platform.test')),
            ('task.requeued', tests.id('acme'), tests.id('staff@platform.test')) $$, 'and the log says who did it');
select * from finish();
rollback;
