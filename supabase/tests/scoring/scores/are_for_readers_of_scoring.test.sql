begin;
select plan(8);

select tests.create_agency('acme');
with client as (
  insert into public.clients (agency_id, name) values (tests.id('acme'), 'Bakery') returning id
)
update public.memberships as m set client_id = client.id from client where m.user_id = tests.id('acme/client');
select tests.create_campaign('acme', 'Spring', jsonb_build_object('client_id', m.client_id))
  from public.memberships as m where m.user_id = tests.id('acme/client');
select tests.create_lead('acme', 'Spring', '{"email": "ann@example.test"}');

select tests.act_as('acme', 'client');
select isnt_empty($$ select l.score from public.leads as l $$, 'a client sees the lead with its score');
select is_empty($$ select * from public.lead_scores $$, 'but not how it came about');
select is_empty($$ select * from public.scoring_models $$, 'nor the model');
select is_empty($$ select * from public.scoring_rules $$, 'nor its rules');
select throws_ok($$ select public.explain_lead_score(tests.id('acme/ann@example.test')) $$,
  'PT403', 'permission_denied', 'nor an explanation');

select tests.act_as('acme', 'researcher');
select isnt_empty($$ select * from public.lead_scores $$, 'a researcher sees how it came about');
select isnt_empty($$ select * from public.scoring_rules $$, 'and the rules');
select throws_ok($$ select * from private.scoring_programs $$, '42501', null, 'the machinery is nobody''s');

select * from finish();
rollback;
