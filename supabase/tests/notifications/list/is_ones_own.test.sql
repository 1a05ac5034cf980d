begin;
select plan(12);

select tests.create_agency('acme'), tests.create_agency('globex');
insert into public.memberships (agency_id, user_id) values (tests.id('globex'), tests.id('acme/sales'));
insert into public.notifications (agency_id, user_id, type, title, created_at, read_at, in_app)
select tests.id(a), tests.id('acme/' || u), 'lead.assigned', t, now() - make_interval(mins => m), r, i
  from (values ('acme', 'sales', 'first', 50, now(), true), ('acme', 'sales', 'second', 40, null, true),
               ('acme', 'sales', 'third', 30, null, true), ('acme', 'sales', 'by mail alone', 20, null, false),
               ('acme', 'manager', 'another''s', 10, null, true), ('globex', 'sales', 'elsewhere', 5, null, true)
       ) as v (a, u, t, m, r, i);
create function pg_temp.titles(page jsonb) returns text language sql as $$
  select string_agg(i ->> 'title', ', ' order by n) from jsonb_array_elements(page -> 'items') with ordinality as e (i, n);
$$;
grant execute on function pg_temp.titles(jsonb) to public;

select tests.act_as('acme', 'sales');
select is(pg_temp.titles(public.list_notifications()), 'third, second, first', 'the newest first, of the active agency');
select is(public.list_notifications() - 'items', '{"total": 3, "unread": 2}', 'with how many there are, and how many are unread');
select is(pg_temp.titles(public.list_notifications(unread => true)), 'third, second', 'only the unread');
select is(public.list_notifications(unread => true) - 'items', '{"total": 2, "unread": 2}', 'counted alike');
select is(pg_temp.titles(public.list_notifications(tests.id('globex'))), 'elsewhere', 'of another agency of theirs');
select is(pg_temp.titles(public.list_notifications(page => 2, page_size => 2)), 'first', 'page by page');
select is(pg_temp.titles(public.list_notifications(page_size => 2, cursor => '')), 'third, second', 'or by cursor');
select is(pg_temp.titles(public.list_notifications(page_size => 2, cursor => public.list_notifications(page_size => 2, cursor => '') ->> 'next_cursor')),
  'first', 'to the end');
select throws_ok('select public.list_notifications(page_size => 101)', 'PT422', 'page_out_of_range', 'at most 100 a page');

select tests.act_as('acme', 'owner');
select is(public.list_notifications(), '{"items": [], "total": 0, "unread": 0}', 'an owner has their own alone');
select tests.act_as('globex', 'owner');
select throws_ok(format('select public.list_notifications(%L)', tests.id('acme')), 'PT404', 'agency_not_found', 'an outsider is refused');
select tests.act_as_key(tests.create_key('acme', '{leads.read}'), 'authenticated');
select throws_ok('select public.list_notifications()', 'PT401', 'not_signed_in', 'a program''s key has no notifications');

select * from finish();
rollback;
