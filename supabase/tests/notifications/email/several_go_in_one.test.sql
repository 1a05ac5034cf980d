begin;
select plan(12);

select tests.create_agency('acme'), tests.create_agency('globex');
delete from private.tasks;
insert into public.memberships (agency_id, user_id) values (tests.id('globex'), tests.id('acme/sales'));
create function pg_temp.told(slug text, who text, title text, type text default 'lead.assigned') returns void language sql as $$
  select private.notify(tests.id(slug), array[tests.id('acme/' || who)], type, title)
$$;
-- What is in line: whose, and about what.
create function pg_temp.mails() returns table (agency text, who text, titles text) language sql as $$
  select a.slug, split_part(min(p.email::text), '@', 1), string_agg(n.title, ', ' order by n.title)
    from private.tasks as t
    join public.agencies as a on a.id = t.agency_id
   cross join jsonb_array_elements_text(t.payload -> 'notification_ids') as i (id)
    join public.notifications as n on n.agency_id = t.agency_id and n.id = i.id::uuid
    join public.profiles as p on p.id = n.user_id
   where t.kind = 'notification.email' and t.state = 'available'
   group by a.slug, t.id
   order by 1, 2, 3
$$;

select pg_temp.told('acme', 'sales', t) from unnest('{one,two,three}'::text[]) as t;
select pg_temp.told('acme', 'sales', 'no mail of this', 'lead.qualified');
select pg_temp.told('acme', 'manager', 'other');
select pg_temp.told('acme', 'admin', 'read at once');
update public.notifications set read_at = now() where title = 'read at once';
select is_empty('select from private.tasks', 'to be told of something costs no task');

select ok('notification_emails' = any (private.do_chores()), 'the clock sees to mails');
select results_eq('select * from pg_temp.mails()', $$ values ('acme', 'manager', 'other'), ('acme', 'sales', 'one, three, two') $$,
  'one to each, with all that waited; none of what was read, or needs none');
select is(private.enqueue_notification_emails(), 0::bigint, 'once');

-- Within five minutes of a mail.
delete from private.tasks;
select pg_temp.told('acme', 'sales', t) from unnest('{four,five}'::text[]) as t;
select pg_temp.told('globex', 'sales', 'elsewhere');
select pg_temp.told('acme', 'admin', 'new');
select is(private.enqueue_notification_emails(), 2::bigint, 'who has just got a mail');
select results_eq('select * from pg_temp.mails()', $$ values ('acme', 'admin', 'new'), ('globex', 'sales', 'elsewhere') $$,
  'gets no other yet; from another agency they do, and so do others');
update public.notifications set email_queued_at = now() - interval '4 minutes 59 seconds' where title in ('one', 'two', 'three');
select is(private.enqueue_notification_emails(), 0::bigint, 'nor after almost five minutes');
delete from private.tasks;
update public.notifications set email_queued_at = now() - interval '5 minutes' where title in ('one', 'two', 'three');
select is(private.enqueue_notification_emails(), 1::bigint, 'after five');
select results_eq('select * from pg_temp.mails()', $$ values ('acme', 'sales', 'five, four') $$, 'one with all that came in between');

-- A worker sends what is still wanted of it.
create temporary table claims as select (c ->> 'id')::uuid as task_id, (c ->> 'claim')::bigint as claim from tests.claim(10) as c;
grant select on claims to public;
select tests.act_as('acme', 'sales');
select public.mark_notifications_read((select array_agg(id) from public.notifications where title = 'four'), tests.id('acme'));
select tests.act_as_service();
select is((select jsonb_path_query_array(public.begin_notification_email(task_id, claim), '$.notifications[*].title') from claims), '["five"]',
  'without what has been read since');

-- The oldest first, a batch at a time.
select tests.act_as_postgres();
insert into public.notifications (agency_id, id, user_id, type, title, email)
select tests.id('acme'), format('00000000-0000-7000-8000-00000000000%s', n)::uuid, tests.id('acme/' || w), 'lead.assigned', w, true
  from (values ('athlete', 3), ('coach', 1), ('student', 2)) as v (w, n);
delete from private.tasks;
select is(private.enqueue_notification_emails(2), 2::bigint, 'no more at once than a batch');
select results_eq('select who from pg_temp.mails()', $$ values ('coach'), ('student') $$, 'the oldest');

select * from finish();
rollback;
