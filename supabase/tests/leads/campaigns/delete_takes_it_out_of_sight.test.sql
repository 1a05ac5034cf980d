begin;
select plan(13);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.create_campaign('acme', 'Other');
select tests.create_lead('acme', 'Launch', '{"email": "lead@x.test"}');
select tests.new_events();

select tests.act_as('acme', 'sales');
select throws_ok($$ select public.delete_campaign(tests.id('acme/Launch')) $$, 'PT403', 'permission_denied', 'sales deletes none');
select tests.act_as('acme', 'manager');
select isnt((public.delete_campaign(tests.id('acme/Launch'))).deleted_at, null, 'a manager does');
select results_eq($$ select action, entity_id from tests.new_events() $$,
  $$ values ('campaign.deleted', tests.id('acme/Launch')) $$, 'one audit event tells of it');
select throws_ok($$ select public.get_campaign(tests.id('acme/Launch')) $$, 'PT404', 'campaign_not_found', 'it is not found any more');
select throws_ok($$ select public.delete_campaign(tests.id('acme/Launch')) $$, 'PT404', 'campaign_not_found', 'nor deleted again');
select throws_ok($$ select public.create_lead(tests.id('acme/Launch'), '{"email": "new@x.test"}') $$, 'PT404', 'campaign_not_found',
  'nor filled');
select is(jsonb_path_query_array(public.list_campaigns(), '$.items[*].name'), '["Other"]', 'nor listed');
select is(public.list_campaigns() -> 'total', '1', 'nor counted');
select results_eq($$ select name from public.campaign_performance $$, $$ values ('Other') $$, 'nor among the figures by name');

select is((public.get_lead(tests.id('acme/lead@x.test'))).campaign_name, 'Launch', 'its leads stay');
select is(public.list_leads() -> 'total', '1', 'and are listed');
select is(public.get_agency_overview() -> 'totals' -> 'total', '1', 'and count for the agency');
select is(public.get_agency_overview() -> 'campaigns' -> 'total', '1', 'which has one campaign less');

select * from finish();
rollback;
