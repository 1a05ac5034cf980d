begin;
select plan(15);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "lead@x.test", "company": "Acme"}');
select tests.create_lead('acme', 'Launch', '{"email": "other@x.test"}');
select tests.new_events();

select tests.act_as('acme', 'sales');
select throws_ok($$ select public.delete_lead(tests.id('acme/lead@x.test')) $$, 'PT404', 'lead_not_found', 'who does not see it cannot');
select tests.act_as('acme', 'researcher');
select throws_ok($$ select public.delete_lead(tests.id('acme/lead@x.test')) $$, 'PT403', 'permission_denied', 'who may only read it cannot');
select tests.act_as('globex', 'owner');
select throws_ok($$ select public.delete_lead(tests.id('acme/lead@x.test')) $$, 'PT404', 'lead_not_found', 'another agency cannot');

select tests.act_as('acme', 'manager');
select isnt((public.delete_lead(tests.id('acme/lead@x.test'))).deleted_at, null, 'a manager deletes it');
select results_eq($$ select action, entity_id from tests.new_events() $$,
  $$ values ('lead.deleted', tests.id('acme/lead@x.test')) $$, 'one audit event tells of it');
select throws_ok($$ select public.get_lead(tests.id('acme/lead@x.test')) $$, 'PT404', 'lead_not_found', 'it is not found any more');
select throws_ok($$ select public.delete_lead(tests.id('acme/lead@x.test')) $$, 'PT404', 'lead_not_found', 'nor deleted again');
select is(jsonb_path_query_array(public.list_leads(), '$.items[*].email'), '["other@x.test"]', 'nor listed');
select is(public.list_leads() -> 'total', '1', 'nor counted');
select is_empty($$ select from public.search_leads('acme') $$, 'nor searched');
select is(public.get_campaign_performance(tests.id('acme/Launch')) -> 'totals' -> 'total', '1', 'nor among the figures');
select unalike(public.export_leads()::text, '%lead@x.test%', 'nor exported');
select is(sum(leads), 1::numeric, 'nor in the pipeline') from public.lead_pipeline;

select is((tests.lead('acme/lead@x.test')).company, 'Acme', 'but nothing is lost');
select is((tests.lead('acme/other@x.test')).deleted_at, null, 'and no other lead is deleted');

select * from finish();
rollback;
