begin;
select plan(2);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');

select tests.act_as('acme', 'owner');
select public.set_member_permission(tests.id('acme'), tests.id('acme/analyst'), 'analytics.read', 'deny');
select tests.act_as('acme', 'analyst');
select is((public.get_campaign(tests.id('acme/Launch'))).name, 'Launch', 'who sees the campaign');
select throws_ok($$ select public.get_campaign_performance(tests.id('acme/Launch')) $$,
  'PT403', 'permission_denied', 'does not see its figures for that');

select * from finish();
rollback;
