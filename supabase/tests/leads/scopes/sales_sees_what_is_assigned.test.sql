-- In every way there is to look.
begin;
select plan(29);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "mine@x.test", "first_name": "Ada", "status": "contacted"}');
select tests.create_lead('acme', 'Launch', '{"email": "others@x.test", "first_name": "Ada"}');
select tests.create_lead('acme', 'Launch', '{"email": "nobodys@x.test", "first_name": "Ada"}');
update public.leads set assigned_to = tests.id('acme/sales') where email = 'mine@x.test';
update public.leads set assigned_to = tests.id('acme/admin') where email = 'others@x.test';
insert into public.lead_activities (agency_id, lead_id, type) select agency_id, id, 'call' from public.leads;
-- Figures come from rollup and deltas alike.
select private.fold();
update public.leads set city = 'Berlin';

select tests.act_as('acme', 'sales');
select is(jsonb_path_query_array(public.list_leads(), '$.items[*].email'), '["mine@x.test"]', 'listed');
select is(public.list_leads() -> 'total', '1', 'counted');
select is(public.list_leads(status => 'new') -> 'total', '0', 'counted by what the rollup counts for others');
select is(jsonb_path_query_array(public.list_leads(assigned_to => tests.id('acme/admin')), '$.items[*].email'), '[]', 'filtered');
select is(jsonb_path_query_array(public.list_leads(cursor => ''), '$.items[*].email'), '["mine@x.test"]', 'walked');
select results_eq($$ select email::text from public.search_leads('ada') $$, $$ values ('mine@x.test') $$, 'searched');
select matches(public.export_leads()::text, 'mine@x.test', 'exported');
select unalike(public.export_leads()::text, '%others@x.test%', 'and no other exported');
select is((public.get_lead(tests.id('acme/mine@x.test'))).email::text, 'mine@x.test', 'read');
select throws_ok(format('select public.get_lead(tests.id(%L))', 'acme/' || l || '@x.test'), 'PT404', 'lead_not_found',
  format('not %s', l)) from unnest('{others,nobodys}'::text[]) as l;
select results_eq($$ select email::text from public.leads $$, $$ values ('mine@x.test') $$, 'in the table');
select results_eq($$ select email::text from public.lead_details $$, $$ values ('mine@x.test') $$, 'in its view');
select results_eq($$ select leads, unassigned from public.lead_pipeline $$, $$ values (1::bigint, 0::bigint) $$, 'in the pipeline');
select is(public.list_lead_activities(tests.id('acme/mine@x.test')) -> 'items' -> 0 ->> 'type' is not null, true, 'its activities');
select throws_ok($$ select public.list_lead_activities(tests.id('acme/others@x.test')) $$, 'PT404', 'lead_not_found', 'not others''');
select is_empty($$ select from public.lead_activities where lead_id <> tests.id('acme/mine@x.test') $$, 'nor in the table');
select is(public.get_campaign_performance(tests.id('acme/Launch')) -> 'totals' -> 'total', '1', 'its figures');
select is(public.get_agency_overview() -> 'totals' -> 'contacted', '1', 'in the overview');
select is(public.get_agency_overview() -> 'totals' -> 'total', '1', 'and no other''s');
select is(public.get_agency_overview() -> 'top_campaigns', '[]', 'and no ranking');
select is_empty($$ select from private.lead_metrics_now $$, 'nor the rollup behind it');
select results_eq($$ select total from public.campaign_performance $$, $$ values (0::numeric) $$, 'nor the view of it');

-- What is taken away is out of sight on the next statement.
select tests.act_as_postgres();
update public.leads set assigned_to = tests.id('acme/admin');
select tests.act_as('acme', 'sales');
select is(public.list_leads() -> 'total', '0', 'assigned away it is gone');
select throws_ok($$ select public.get_lead(tests.id('acme/mine@x.test')) $$, 'PT404', 'lead_not_found', 'at once');

-- To hold a lead is not enough: it takes the role as well.
select tests.act_as_postgres();
update public.leads set assigned_to = tests.id('acme/sales');
update public.membership_roles set role = 'creator' where user_id = tests.id('acme/sales');
select tests.act_as('acme', 'sales');
select throws_ok($$ select public.get_lead(tests.id('acme/mine@x.test')) $$, 'PT404', 'lead_not_found', 'whose role is gone reads none');
select throws_ok($$ select public.update_lead(tests.id('acme/mine@x.test'), '{"city": "x"}') $$, 'PT404', 'lead_not_found', 'changes none');
select throws_ok($$ select public.list_leads() $$, 'PT403', 'permission_denied', 'lists none');
select is_empty($$ select from public.leads $$, 'and has none in the table');

select * from finish();
rollback;
