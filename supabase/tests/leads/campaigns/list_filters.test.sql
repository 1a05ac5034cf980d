begin;
select plan(17);

select tests.create_agency('acme');
select tests.create_agency('globex');
insert into public.clients (agency_id, name) values (tests.id('acme'), 'Blue Note');
select tests.remember(name, id) from public.clients;
select tests.create_campaign('acme', 'Alpha', jsonb_build_object('client_id', tests.id('Blue Note')));
select tests.create_campaign('acme', 'Beta', '{"description": "Summer 100%"}');
select tests.create_campaign('acme', 'Gamma');
select tests.create_campaign('globex', 'Foreign');
update public.campaigns set status = 'active' where name in ('Alpha', 'Gamma');
update public.campaigns set created_at = now() - case name when 'Alpha' then interval '3 days' when 'Beta' then '1 day' else '2 days' end;

create function pg_temp.names(answer jsonb) returns text[] language sql as $$
  select array(select i.item ->> 'name' from jsonb_array_elements(answer -> 'items') with ordinality as i (item, n) order by n)
$$;
grant execute on function pg_temp.names(jsonb) to public;
select tests.act_as('acme', 'analyst');

select is(pg_temp.names(public.list_campaigns()), '{Beta,Gamma,Alpha}', 'the newest first');
select is(pg_temp.names(public.list_campaigns(status => 'active')), '{Gamma,Alpha}', 'by status');
select is(pg_temp.names(public.list_campaigns(client_id => tests.id('Blue Note'))), '{Alpha}', 'by client');
select is(pg_temp.names(public.list_campaigns(search => 'ALPH')), '{Alpha}', 'by name');
select is(pg_temp.names(public.list_campaigns(search => '100%')), '{Beta}', 'by description, literally');
select is(pg_temp.names(public.list_campaigns(search => 'blue n')), '{Alpha}', 'by the client''s name');
select is(pg_temp.names(public.list_campaigns(status => 'active', search => 'gam')), '{Gamma}', 'by several at once');
select is(pg_temp.names(public.list_campaigns(search => 'nothing')), '{}', 'what is not there is not found');
select is(public.list_campaigns(status => 'active') -> 'total', '2', 'the total counts what the filter lets through');
select is(pg_temp.names(public.list_campaigns(search => '''; drop table leads; --')), '{}', 'a quote is just a character');
select is(pg_temp.names(public.list_campaigns(sort_by => 'name', sort_order => 'ASC')), '{Alpha,Beta,Gamma}', 'by name');
select is((pg_temp.names(public.list_campaigns(sort_by => 'status', sort_order => 'asc')))[1], 'Beta', 'by status in its order');

select throws_ok($$ select public.list_campaigns(status => 'running') $$, 'PT422', 'campaign_status_unknown', 'a status is one');
select throws_ok($$ select public.list_campaigns(sort_by => 'budget_cents') $$, 'PT422', 'sort_unknown', 'other columns are not sorted by');
select throws_ok($$ select public.list_campaigns(sort_order => 'up') $$, 'PT422', 'sort_order_unknown', 'an order is asc or desc');
select tests.act_as('acme', 'coach');
select throws_ok($$ select public.list_campaigns() $$, 'PT403', 'permission_denied', 'who may see none lists none');
select tests.act_as('globex', 'owner');
select throws_ok($$ select public.list_campaigns(tests.id('acme')) $$, 'PT404', 'agency_not_found', 'another agency neither');

select * from finish();
rollback;
