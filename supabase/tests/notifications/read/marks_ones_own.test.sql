begin;
select plan(12);

select tests.create_agency('acme'), tests.create_agency('globex');
insert into public.notifications (agency_id, user_id, type, title, in_app)
select tests.id('acme'), tests.id('acme/' || u), 'lead.assigned', t, i
  from (values ('sales', 'one', true), ('sales', 'two', true), ('sales', 'three', true), ('sales', 'by mail', false), ('manager', 'other', true)) as v (u, t, i);
select tests.remember('acme/' || n.title, n.id) from public.notifications as n;
select tests.watch('globex');
select tests.new_events();

select tests.act_as('acme', 'sales');
select is(public.mark_notifications_read(array[tests.id('acme/one'), tests.id('acme/other'), gen_random_uuid()]),
  '{"marked": 1, "unread": 2}', 'of the ids named, one''s own');
select results_eq($$ select agency_id, action, after from tests.new_events() $$,
  $$ values (tests.id('acme'), 'notification.read', '{"marked": 1, "unread": 2}'::jsonb) $$, 'with one audit event');
select results_eq($$ select title from public.notifications where read_at = now() $$, $$ values ('one') $$, 'just that one is read');
select is(public.mark_notifications_read(array[tests.id('acme/one')]), '{"marked": 0, "unread": 2}', 'again is nothing');
select throws_ok($$ select public.mark_notifications_read('{}') $$, 'PT422', 'bulk_size_out_of_range', 'no ids are not all');
select throws_ok($$ select public.mark_notifications_read(array_fill(gen_random_uuid(), array[101])) $$, 'PT422', 'bulk_size_out_of_range', 'at most 100');
select is(public.mark_notifications_read(), '{"marked": 2, "unread": 0}', 'none named are all of them');
select throws_ok($$ update public.notifications set read_at = null $$, '42501', null, 'and nothing else changes one');

select tests.act_as('acme', 'manager');
select is(public.list_notifications() -> 'unread', '1', 'another''s stay unread');
select tests.act_as_postgres();
select is((select count(*) from public.notifications where read_at is null), 2::bigint, 'so does what went by mail alone');
select tests.act_as('globex', 'sales');
select throws_ok(format('select public.mark_notifications_read(array[%L]::uuid[], %L)', tests.id('acme/other'), tests.id('acme')),
  'PT404', 'agency_not_found', 'an outsider is refused');
select tests.is_untouched('globex');

select * from finish();
rollback;
