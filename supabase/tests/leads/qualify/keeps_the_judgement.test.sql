begin;
select plan(16);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "lead@x.test", "qualification_notes": "Before"}');
select tests.create_lead('acme', 'Launch', '{"email": "mine@x.test"}');
update public.leads set assigned_to = tests.id('acme/sales') where email = 'mine@x.test';
select tests.watch('globex');
select tests.new_events();

select tests.act_as('acme', 'manager');
select results_eq(
  $$ select qualification_score, qualification_notes, qualification_data from public.qualify_lead(
       tests.id('acme/lead@x.test'), 4, '{"budget": true, "why": {"x": null}}', 'After') $$,
  $$ values (4, 'After', jsonb_build_object('criteria', '{"budget": true, "why": {"x": null}}'::jsonb,
       'qualified_by', tests.id('acme/manager'), 'judged_at', now())) $$,
  'score, notes and criteria are kept, with who judged when');
select results_eq(
  $$ select agency_id, action, entity_id, before -> 'status', after -> 'status', before -> 'qualification_score', after -> 'qualification_score' from tests.new_events() $$,
  $$ values (tests.id('acme'), 'lead.qualified', tests.id('acme/lead@x.test'), '"new"'::jsonb, '"qualified"'::jsonb, 'null'::jsonb, '4'::jsonb) $$,
  'one audit event tells the difference');
select is((public.qualify_lead(tests.id('acme/lead@x.test'), 5)).qualification_notes, 'After', 'no notes leave the notes');

select throws_ok(format('select public.qualify_lead(tests.id(%L), %s)', 'acme/lead@x.test', s), 'PT422', 'qualification_score_out_of_range',
  format('%s is no judgement', s)) from unnest(array['0', '6', 'null']) as s;
select throws_ok(format('select public.qualify_lead(tests.id(%L), 4, %L)', 'acme/lead@x.test', c), 'PT422', 'criteria_not_an_object',
  format('%s are no criteria', c)) from unnest(array['[]', '"x"', null]) as c;
select throws_ok(format('select public.qualify_lead(tests.id(%L), 4, jsonb_build_object(''x'', repeat(''x'', 16384)))', 'acme/lead@x.test'),
  'PT422', 'criteria_too_large', 'criteria are no place for files');

select tests.act_as('acme', 'sales');
select is((public.qualify_lead(tests.id('acme/mine@x.test'), 2)).status, 'rejected', 'sales judges what is theirs');
select throws_ok($$ select public.qualify_lead(tests.id('acme/lead@x.test'), 2) $$, 'PT404', 'lead_not_found', 'and nothing else');
select tests.act_as('acme', 'researcher');
select throws_ok($$ select public.qualify_lead(tests.id('acme/lead@x.test'), 2) $$, 'PT403', 'permission_denied', 'a researcher judges none');
select tests.act_as('globex', 'owner');
select throws_ok($$ select public.qualify_lead(tests.id('acme/lead@x.test'), 2) $$, 'PT404', 'lead_not_found', 'nor does another agency');

select is((tests.lead('acme/lead@x.test')).qualification_score, 5, 'nothing refused has changed the lead');
select tests.is_untouched('globex');

select * from finish();
rollback;
