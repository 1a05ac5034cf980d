begin;
select plan(4);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "one@x.test"}');

select tests.act_as('acme', 'owner');
select public.set_member_permission(tests.id('acme'), tests.id('acme/manager'), 'leads.bulk', 'deny');
select tests.act_as('acme', 'manager');
select throws_ok($$ select public.bulk_delete_leads(array[tests.id('acme/one@x.test')]) $$,
  'PT403', 'permission_denied', 'many leads at once need leads.bulk');

select tests.act_as('acme', 'owner');
select public.set_member_permission(tests.id('acme'), tests.id('acme/manager'), 'leads.bulk', null);
select public.set_member_permission(tests.id('acme'), tests.id('acme/manager'), 'leads.delete', 'deny');
select tests.act_as('acme', 'manager');
select throws_ok($$ select public.bulk_delete_leads(array[tests.id('acme/one@x.test')]) $$,
  'PT403', 'permission_denied', 'deleting them needs leads.delete');

select tests.act_as_postgres();
select is(l.deleted_at, null, 'neither deletes') from public.leads as l where l.id = tests.id('acme/one@x.test');
select tests.act_as('acme', 'owner');
select is(public.bulk_delete_leads(array[tests.id('acme/one@x.test')]) ->> 'succeeded', '1', 'with both it is done');

select * from finish();
rollback;
