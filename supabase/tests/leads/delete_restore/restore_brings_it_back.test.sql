begin;
select plan(9);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "lead@x.test", "status": "contacted"}');
create temporary table was as select to_jsonb(tests.lead('acme/lead@x.test')) - 'updated_at' as lead;
select tests.act_as('acme', 'manager');
create temporary table figures as select public.get_campaign_performance(tests.id('acme/Launch')) as before;
select throws_ok($$ select public.restore_lead(tests.id('acme/lead@x.test')) $$, 'PT404', 'lead_not_found',
  'what is not deleted is not restored');
select public.delete_lead(tests.id('acme/lead@x.test'));
select tests.new_events();

select tests.act_as('acme', 'researcher');
select throws_ok($$ select public.restore_lead(tests.id('acme/lead@x.test')) $$, 'PT403', 'permission_denied', 'who may not delete may not restore');
select tests.act_as('acme', 'manager');
select is((public.restore_lead(tests.id('acme/lead@x.test'))).deleted_at, null, 'a manager restores it');
select results_eq($$ select action, entity_id from tests.new_events() $$,
  $$ values ('lead.restored', tests.id('acme/lead@x.test')) $$, 'one audit event tells of it');
select is((public.get_lead(tests.id('acme/lead@x.test'))).status, 'contacted', 'it is found again');
select is(public.get_campaign_performance(tests.id('acme/Launch')), before, 'the figures are as before') from figures;
select tests.act_as_postgres();
select is(to_jsonb(tests.lead('acme/lead@x.test')) - 'updated_at', lead, 'and so is the lead') from was;
select throws_ok($$ select tests.act_as('acme', 'manager'), public.restore_lead(tests.id('acme/lead@x.test')) $$,
  'PT404', 'lead_not_found', 'once');
select is((select count(*) from tests.new_events()), 0::bigint, 'with no further event');

select * from finish();
rollback;
