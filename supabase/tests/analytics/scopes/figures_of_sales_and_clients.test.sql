begin;
select plan(11);

select tests.create_agency('acme');
insert into public.clients (agency_id, name) values (tests.id('acme'), 'Mine');
update public.memberships set client_id = (select id from public.clients) where user_id = tests.id('acme/client');
select tests.create_campaign('acme', 'Own', jsonb_build_object('client_id', (select id from public.clients)));
select tests.create_campaign('acme', 'House');
select tests.create_lead('acme', c, jsonb_build_object('email', lower(c) || s || '@x.test', 'status', s))
  from unnest('{Own,House}'::text[]) as c, unnest('{new,contacted,responded,converted}'::text[]) as s;
update public.leads set assigned_to = tests.id('acme/sales') where email in ('ownnew@x.test', 'houseconverted@x.test', 'houseresponded@x.test', 'housecontacted@x.test');
update public.leads set created_at = now() - interval '40 days' where email = 'housecontacted@x.test';
select tests.create_lead('acme', 'House', '{"email": "deleted@x.test"}');
update public.leads set assigned_to = tests.id('acme/sales'), deleted_at = now() where email = 'deleted@x.test';
-- Of rollup and deltas alike.
select private.fold();
update public.leads set title = 'Changed' where email like 'own%';

select tests.act_as('acme', 'sales');
create temporary table sales as select public.get_agency_overview() as overview, public.get_campaign_performance(tests.id('acme/House')) as house,
  public.get_campaign_performance(tests.id('acme/Own')) as own;
select is((overview -> 'totals') - '{grades,average_score,reached}'::text[],
  '{"total": 3, "new": 1, "contacted": 0, "responded": 1, "qualified": 0, "converted": 1, "rejected": 0,
    "conversion_rate": 0.3333, "response_rate": 1.0000, "qualification_rate": 0.3333}', 'sales has the overview of their leads') from sales;
select is(overview -> 'previous' -> 'contacted', '1', 'of the time before as well') from sales;
select is(overview -> 'trend' -> 'total', '2.0000', 'and the trend') from sales;
select is(overview -> 'campaigns', '{"total": 2, "active": 0}', 'with every campaign they see') from sales;
select is((house -> 'totals') - '{grades,average_score,reached}'::text[],
  '{"total": 3, "new": 0, "contacted": 1, "responded": 1, "qualified": 0, "converted": 1, "rejected": 0,
    "conversion_rate": 0.3333, "response_rate": 0.6667, "qualification_rate": 0.3333}', 'a campaign''s figures of their leads') from sales;
select is(house -> 'last_30_days' -> 'total', '2', 'and of 30 days') from sales;
select is(own -> 'totals' -> 'total', '1', 'for each campaign its own') from sales;

select tests.act_as('acme', 'client');
create temporary table client as select public.get_agency_overview() as overview, public.get_campaign_performance(tests.id('acme/Own')) as own;
select is((own -> 'totals') - '{grades,average_score,reached}'::text[],
  '{"total": 4, "new": 1, "contacted": 1, "responded": 1, "qualified": 0, "converted": 1, "rejected": 0,
    "conversion_rate": 0.2500, "response_rate": 0.6667, "qualification_rate": 0.2500}', 'a client has their campaign''s figures') from client;
select is(overview -> 'totals', own -> 'totals', 'the overview is of their campaigns') from client;
select is(overview -> 'campaigns' -> 'total', '1', 'which are counted alone') from client;

select tests.act_as_postgres();
update public.memberships set client_id = null where user_id = tests.id('acme/client');
select tests.act_as('acme', 'client');
select is(public.get_agency_overview() -> 'totals' -> 'total', '0', 'who belongs to no client has none');

select * from finish();
rollback;
