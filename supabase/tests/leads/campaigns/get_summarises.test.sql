begin;
select plan(5);

select tests.create_agency('acme');
select tests.create_agency('globex');
insert into public.clients (agency_id, name) values (tests.id('acme'), 'Blue Note');
select tests.create_campaign('acme', 'Launch', (select jsonb_build_object('client_id', id) from public.clients));
select tests.create_lead('acme', 'Launch', jsonb_build_object('email', s || '@x.test', 'status', s))
  from unnest('{new,qualified,converted,rejected}'::text[]) as s;

select tests.act_as('acme', 'analyst');
select results_eq(
  $$ select name, client_name, leads_total::integer, leads_qualified::integer, leads_converted::integer, conversion_rate
       from public.get_campaign(tests.id('acme/Launch')) $$,
  $$ values ('Launch', 'Blue Note', 4, 1, 1, 0.2500) $$, 'a campaign comes with its client and what has come of it');
select is(to_jsonb(public.get_campaign(tests.id('acme/Launch'))), public.list_campaigns() -> 'items' -> 0, 'as it is listed');
select throws_ok($$ select public.get_campaign(gen_random_uuid()) $$, 'PT404', 'campaign_not_found', 'what is not there is not found');
select tests.act_as('globex', 'owner');
select throws_ok($$ select public.get_campaign(tests.id('acme/Launch')) $$, 'PT404', 'campaign_not_found', 'nor by another agency');
select tests.act_as_anon();
select throws_ok($$ select public.get_campaign(tests.id('acme/Launch')) $$, '42501', null, 'nor by anon');

select * from finish();
rollback;
