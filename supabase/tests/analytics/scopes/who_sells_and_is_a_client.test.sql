-- Sees what either role would, and each lead once.
begin;
select plan(5);

select tests.create_agency('acme');
insert into public.clients (agency_id, name) values (tests.id('acme'), 'Mine');
select tests.create_campaign('acme', 'Own', jsonb_build_object('client_id', (select id from public.clients)));
select tests.create_campaign('acme', 'House');
select tests.create_lead('acme', c, jsonb_build_object('email', lower(c) || s || '@x.test', 'status', s))
  from unnest('{Own,House}'::text[]) as c, unnest('{new,contacted,converted}'::text[]) as s;
update public.leads set assigned_to = tests.id('acme/sales') where email in ('ownnew@x.test', 'housenew@x.test', 'housecontacted@x.test');
update public.leads set created_at = now() - interval '40 days' where email = 'housecontacted@x.test';
update public.memberships set client_id = (select id from public.clients) where user_id = tests.id('acme/sales');
insert into public.membership_roles values (tests.id('acme'), tests.id('acme/sales'), 'client');
-- From rollup and deltas alike.
select private.fold();
update public.leads set city = 'Berlin' where email like 'own%';

select tests.act_as('acme', 'sales');
create temporary table seen as select public.get_agency_overview() as overview;
select is((overview -> 'totals') - '{grades,average_score,reached}'::text[],
  '{"total": 4, "new": 2, "contacted": 1, "responded": 0, "qualified": 0, "converted": 1, "rejected": 0,
    "conversion_rate": 0.2500, "response_rate": 0.5000, "qualification_rate": 0.2500}', 'the client''s three leads, and one assigned elsewhere') from seen;
select is(overview -> 'previous' -> 'total', '1', 'so of the time before') from seen;
select is(overview -> 'top_campaigns' -> 0 ->> 'name', 'Own', 'the ranking is the client''s') from seen;
select is(public.get_campaign_performance(tests.id('acme/Own')) -> 'totals' -> 'total', '3', 'all of the client''s campaign');
select is(public.get_campaign_performance(tests.id('acme/House')) -> 'totals' -> 'total', '2', 'and of another what is assigned');

select * from finish();
rollback;
