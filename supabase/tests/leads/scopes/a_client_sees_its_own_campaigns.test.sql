-- In every way there is to look.
begin;
select plan(29);

select tests.create_agency('acme');
insert into public.clients (agency_id, name) values (tests.id('acme'), 'Mine'), (tests.id('acme'), 'Theirs');
select tests.remember(name, id) from public.clients;
update public.memberships set client_id = tests.id('Mine') where user_id = tests.id('acme/client');
update public.memberships set client_id = tests.id('Theirs') where user_id = tests.id('acme/creator');
select tests.create_campaign('acme', 'Own', jsonb_build_object('client_id', tests.id('Mine')));
select tests.create_campaign('acme', 'Other', jsonb_build_object('client_id', tests.id('Theirs')));
select tests.create_campaign('acme', 'House');
select tests.create_lead('acme', c, jsonb_build_object('email', lower(c) || '@x.test', 'first_name', 'Ada', 'status', 'converted'))
  from unnest('{Own,Other,House}'::text[]) as c;
insert into public.lead_activities (agency_id, lead_id, type) select agency_id, id, 'call' from public.leads;
-- Figures come from rollup and deltas alike.
select private.fold();
update public.leads set city = 'Berlin';
select tests.watch('acme');

select tests.act_as('acme', 'client');
select is(jsonb_path_query_array(public.list_campaigns(), '$.items[*].name'), '["Own"]', 'campaigns listed');
select is(public.list_campaigns(client_id => tests.id('Theirs')) -> 'total', '0', 'not another client''s');
select is((public.get_campaign(tests.id('acme/Own'))).leads_total, 1::numeric, 'a campaign read');
select throws_ok(format('select public.get_campaign(tests.id(%L))', 'acme/' || c), 'PT404', 'campaign_not_found', format('not %s', c))
  from unnest('{Other,House}'::text[]) as c;
select results_eq($$ select name from public.campaigns $$, $$ values ('Own') $$, 'in the table');
select results_eq($$ select name, leads_total from public.campaign_summary $$, $$ values ('Own', 1::numeric) $$, 'in its view');
select results_eq($$ select name, total from public.campaign_performance $$, $$ values ('Own', 1::numeric) $$, 'in its figures');

select is(jsonb_path_query_array(public.list_leads(), '$.items[*].email'), '["own@x.test"]', 'leads listed');
select is(public.list_leads() -> 'total', '1', 'and counted');
select is(public.list_leads(campaign_id => tests.id('acme/Other')) -> 'total', '0', 'not of another campaign');
select results_eq($$ select email::text from public.search_leads('ada') $$, $$ values ('own@x.test') $$, 'searched');
select unalike(public.export_leads()::text, '%o%er@x.test%', 'exported');
select is((public.get_lead(tests.id('acme/own@x.test'))).campaign_name, 'Own', 'a lead read');
select throws_ok(format('select public.get_lead(tests.id(%L))', 'acme/' || l || '@x.test'), 'PT404', 'lead_not_found', format('not that of %s', l))
  from unnest('{other,house}'::text[]) as l;
select results_eq($$ select email::text from public.leads $$, $$ values ('own@x.test') $$, 'in the table');
select results_eq($$ select campaign_id, leads from public.lead_pipeline $$, $$ values (tests.id('acme/Own'), 1::bigint) $$, 'in the pipeline');
select results_eq($$ select distinct lead_id from public.lead_activities $$, $$ values (tests.id('acme/own@x.test')) $$, 'its activities');

select is(public.get_campaign_performance(tests.id('acme/Own')) -> 'totals' -> 'converted', '1', 'its figures');
select throws_ok($$ select public.get_campaign_performance(tests.id('acme/Other')) $$, 'PT404', 'campaign_not_found', 'not another''s');
select is(public.get_agency_overview() -> 'totals' -> 'total', '1', 'the overview of its own');
select is(public.get_agency_overview() -> 'campaigns' -> 'total', '1', 'with its campaigns');
select results_eq($$ select name from public.get_top_campaigns() $$, $$ values ('Own') $$, 'the ranking of its own');
select is_empty($$ select from private.lead_metrics_now where scope_id in (tests.id('acme/Other'), tests.id('acme/House')) $$, 'and the rollup behind it');

-- It looks and does not touch.
select throws_ok($$ select public.update_lead(tests.id('acme/own@x.test'), '{"city": "x"}') $$, 'PT403', 'permission_denied', 'it changes no lead');
select throws_ok($$ select public.create_lead(tests.id('acme/Own'), '{"email": "new@x.test"}') $$, 'PT403', 'permission_denied', 'adds none');
select throws_ok($$ select public.update_campaign(tests.id('acme/Own'), '{"name": "x"}') $$, 'PT403', 'permission_denied', 'changes no campaign');
select tests.is_untouched('acme');

select * from finish();
rollback;
