begin;
select plan(9);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "lead@x.test"}');
select tests.create_lead('acme', 'Launch', '{"email": "other@x.test"}');
insert into public.lead_activities (agency_id, lead_id, type, occurred_at)
select tests.id('acme'), tests.id('acme/lead@x.test'), case when n % 2 = 0 then 'call' else 'note' end, now() - make_interval(hours => n / 3)
  from generate_series(1, 11) as n;
insert into public.lead_activities (agency_id, lead_id, type) values (tests.id('acme'), tests.id('acme/other@x.test'), 'call');

select tests.act_as('acme', 'researcher');
create temporary table pages as
  select n, public.list_lead_activities(tests.id('acme/lead@x.test'), page => n, page_size => 4) as answer from generate_series(1, 4) as n;
select is(array(select jsonb_array_length(answer -> 'items') from pages order by n), '{4,4,3,0}', 'page by page');
select is(array(select distinct answer ->> 'total' from pages), '{11}', 'with their number');
select results_eq(
  $$ select (i.item ->> 'id')::uuid from pages, jsonb_array_elements(answer -> 'items') with ordinality as i (item, m) order by n, m $$,
  $$ select id from public.lead_activities where lead_id = tests.id('acme/lead@x.test') order by occurred_at desc, id desc $$,
  'the latest first, each once');
select is(public.list_lead_activities(tests.id('acme/lead@x.test'), 'call') -> 'total', '5', 'by type');
select is(public.list_lead_activities(tests.id('acme/lead@x.test'), 'dance') -> 'total', '0', 'of an unknown type none');
select is((select array_agg(k order by k) from jsonb_object_keys((select answer -> 'items' -> 0 from pages where n = 1)) as k),
  '{actor_id,agency_id,created_at,id,lead_id,occurred_at,payload,type}', 'with all there is to tell');
select throws_ok($$ select public.list_lead_activities(tests.id('acme/lead@x.test'), page => 0) $$, 'PT422', 'page_out_of_range', 'pages count from 1');
select tests.act_as('globex', 'owner');
select throws_ok($$ select public.list_lead_activities(tests.id('acme/lead@x.test')) $$, 'PT404', 'lead_not_found', 'another agency finds none');
select tests.act_as_anon();
select throws_ok($$ select public.list_lead_activities(tests.id('acme/lead@x.test')) $$, '42501', null, 'nor does anon');

select * from finish();
rollback;
