begin;
select plan(15);

select tests.create_agency('acme'), tests.create_agency('globex');
delete from private.tasks;
select private.notify(tests.id('acme'), array[tests.id('acme/sales'), tests.id('acme/manager'), tests.id('acme/admin'), tests.id('acme/coach')],
  'lead.assigned', 'Assigned', 'In short');
select tests.remember('acme/note of ' || split_part(p.email::text, '@', 1), n.id)
  from public.notifications as n join public.profiles as p on p.id = n.user_id;
select private.enqueue_notification_emails();
create temporary table claims as
  select (c ->> 'id')::uuid as task_id, (c ->> 'claim')::bigint as claim, i.id as notification_id, i.key
    from tests.claim(10) as c join tests.ids as i on i.id = (c #>> '{payload,notification_ids,0}')::uuid;
create function pg_temp.letter(who text) returns jsonb language sql as $$
  select public.begin_notification_email(c.task_id, c.claim) from claims as c where c.key = 'acme/note of ' || who
$$;
grant select on claims to public;
grant execute on function pg_temp.letter(text) to public;

select tests.act_as_service();
select is(pg_temp.letter('sales'), jsonb_build_object('to', 'sales@acme.test', 'agency_name', 'acme', 'notifications',
  jsonb_build_array(jsonb_build_object('id', tests.id('acme/note of sales'), 'title', 'Assigned', 'body', 'In short'))), 'a worker gets the letter');
select is(pg_temp.letter('sales') ->> 'to', 'sales@acme.test', 'again while it is not sent');
select lives_ok($$ select public.finish_notification_email(c.task_id, c.claim, (select array_agg(notification_id) from claims)) from claims as c where c.key = 'acme/note of sales' $$,
  'says that it is');
select is(pg_temp.letter('sales'), null, 'and gets it no more');

-- What has changed since it was put in line.
select tests.act_as('acme', 'manager');
select public.mark_notifications_read();
select tests.act_as('acme', 'admin');
select public.set_notification_preference('lead.assigned', email => false);
select tests.act_as_service();
select is(pg_temp.letter('manager'), null, 'what was read needs no mail');
select is(pg_temp.letter('admin'), null, 'nor does who wants none any more');
select isnt(pg_temp.letter('coach'), null, 'a letter');
select tests.act_as_postgres();
update public.memberships set status = 'suspended' where user_id = tests.id('acme/coach');
select tests.act_as_service();
select is(pg_temp.letter('coach'), null, 'is none while its user is suspended');
select tests.act_as_postgres();
update public.memberships set status = 'active' where user_id = tests.id('acme/coach');
update public.agencies set archived_at = now() where id = tests.id('acme');
select tests.act_as_service();
select is(pg_temp.letter('coach'), null, 'nor while the agency is archived');
select tests.act_as_postgres();
update public.agencies set archived_at = null;
delete from public.memberships where user_id = tests.id('acme/coach');
select tests.act_as_service();
select is(pg_temp.letter('coach'), null, 'nor after a removal');

select throws_ok($$ select public.begin_notification_email(c.task_id, c.claim - 1) from claims as c limit 1 $$, 'PT409', 'task_lost', 'a stale worker is refused');
select throws_ok($$ select public.finish_notification_email(c.task_id, c.claim - 1, '{}') from claims as c limit 1 $$, 'PT409', 'task_lost', 'in both calls');
select tests.act_as('acme', 'owner');
select throws_ok($$ select pg_temp.letter('sales') $$, '42501', null, 'letters are for workers alone');
select tests.act_as_postgres();
select results_eq($$ select split_part(key, ' ', 3) from public.notifications as n join tests.ids as i on i.id = n.id where emailed_at is not null $$,
  $$ values ('sales') $$, 'just what the task was about is marked');
-- Another agency's task with this notification's id gets nothing.
insert into private.tasks (agency_id, kind, payload, state, claim, attempts, lease_until)
values (tests.id('globex'), 'notification.email', jsonb_build_object('notification_ids', jsonb_build_array(tests.id('acme/note of admin'))), 'running', 1, 1, now() + interval '1 hour');
select tests.act_as_service();
select is((select public.begin_notification_email(t.id, 1) from private.tasks as t where t.agency_id = tests.id('globex')), null, 'a task reads its own agency alone');

select * from finish();
rollback;
