begin;
select plan(13);

select tests.create_agency('acme'), tests.create_agency('globex');
select tests.new_events();
select tests.act_as('acme', 'sales');
select is(
  (select jsonb_object_agg(i ->> 'type', jsonb_build_array(i -> 'in_app', i -> 'email')) from jsonb_array_elements(public.list_notification_preferences() -> 'items') as i),
  '{"job.completed": [true, false], "job.failed": [true, true], "lead.assigned": [true, true], "lead.qualified": [true, false]}',
  'unless told, everything in the app, and a mail where somebody is waited for');
select is((public.set_notification_preference('lead.qualified', email => true)).in_app, true, 'one way leaves the other');
select is((public.set_notification_preference('lead.qualified', in_app => false)).email, true, 'as it was chosen');
select set_eq($$ select action, after - 'updated_at' - 'agency_id' from tests.new_events() $$,
  $$ select 'notification_preference.set', jsonb_build_object('user_id', tests.id('acme/sales'), 'type', 'lead.qualified', 'in_app', i, 'email', true)
       from unnest('{true,false}'::boolean[]) as i $$, 'an audit event for each');
select throws_ok($$ select public.set_notification_preference('no.such', true) $$, 'PT422', 'notification_type_unknown', 'only types there are');
select throws_ok($$ update public.notification_preferences set email = false $$, '42501', null, 'by the procedure alone');
select throws_ok(format('select public.set_notification_preference(%L, true, true, %L)', 'lead.assigned', tests.id('globex')),
  'PT404', 'agency_not_found', 'in one''s own agencies');

select public.set_notification_preference('lead.assigned', false, false);
select tests.act_as('acme', 'manager');
select is((select count(*) from public.notification_preferences), 0::bigint, 'nobody sees another''s');
select tests.act_as_postgres();
select private.notify(tests.id('acme'), array[tests.id('acme/sales'), tests.id('acme/manager')], 'lead.assigned', 'Assigned');
select results_eq('select user_id from public.notifications', $$ values (tests.id('acme/manager')) $$, 'who wants it no way is not told');
select private.notify(tests.id('acme'), array[tests.id('acme/sales')], 'lead.qualified', 'Judged');
select is((select in_app from public.notifications where user_id = tests.id('acme/sales')), false, 'what goes by mail alone is kept');
select tests.act_as('acme', 'sales');
select is((select count(*) from public.notifications), 0::bigint, 'but not shown');
select is(public.list_notifications() - 'items', '{"total": 0, "unread": 0}', 'nor counted');

select tests.act_as_postgres();
delete from public.memberships where user_id = tests.id('acme/sales');
select is((select count(*) from public.notification_preferences), 0::bigint, 'preferences end with the membership');

select * from finish();
rollback;
