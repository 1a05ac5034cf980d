begin;
select plan(4);

select tests.create_agency('acme');
select private.notify(tests.id('acme'), array[tests.id('acme/sales'), tests.id('acme/manager')], 'lead.qualified', 'Judged', 'In short', '{"score": 5}');
select results_eq(format('select * from tests.sent(%L)', 'user:' || tests.id('acme/sales')), $$
  select 'notification', jsonb_build_object('agency_id', n.agency_id, 'id', n.id, 'user_id', n.user_id, 'type', 'lead.qualified', 'title', 'Judged',
           'body', 'In short', 'data', '{"score": 5}'::jsonb, 'read_at', null, 'created_at', n.created_at)
    from public.notifications as n where n.user_id = tests.id('acme/sales')
$$, 'the notification, on its user''s topic');
select is(count(*), 1::bigint, 'each user their own') from tests.sent('user:' || tests.id('acme/manager'));
select is((select count(*) from realtime.messages), 0::bigint, 'and nobody else');

select tests.act_as('acme', 'sales');
select public.set_notification_preference('lead.qualified', in_app => false, email => true);
select tests.act_as_postgres();
select private.notify(tests.id('acme'), array[tests.id('acme/sales')], 'lead.qualified', 'Judged');
select is((select count(*) from realtime.messages), 0::bigint, 'what goes by mail alone is not sent');

select * from finish();
rollback;
