begin;
select plan(12);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "lead@x.test", "phone": "12345", "company": "Old", "tags": ["a"], "custom_fields": {"k": 1}}');
select tests.create_lead('acme', 'Launch', '{"email": "other@x.test"}');
select tests.watch('globex');
select tests.new_events();
select tests.act_as('acme', 'manager');

select results_eq(
  $$ select email::text, phone, company, tags, custom_fields, status::text
       from public.update_lead(tests.id('acme/lead@x.test'), '{"company": " New ", "phone": null, "custom_fields": {"l": 2}}') $$,
  $$ values ('lead@x.test', null::text, 'New', '{a}'::text[], '{"l": 2}'::jsonb, 'new') $$,
  'what is named changes, null clears, the rest stays');
select results_eq(
  $$ select agency_id, action, entity_id, before - '{scored_at,score,score_grade}'::text[], after - '{scored_at,score,score_grade}'::text[] from tests.new_events() $$,
  $$ values (tests.id('acme'), 'lead.updated', tests.id('acme/lead@x.test'),
       '{"company": "Old", "phone": "12345", "custom_fields": {"k": 1}}'::jsonb,
       '{"company": "New", "phone": null, "custom_fields": {"l": 2}}'::jsonb) $$,
  'one audit event tells just the difference');
select is((tests.lead('acme/lead@x.test')).edited_fields, '{company,custom_fields,email,phone,tags}', 'the fields count as edited');

select is((public.update_lead(tests.id('acme/lead@x.test'), '{"status": null, "priority": null, "tags": null, "contact": null}')).status,
  'new', 'what cannot be empty keeps its value');
select is((tests.lead('acme/lead@x.test')).tags, '{}', 'or becomes its empty one');
select is((public.update_lead(tests.id('acme/lead@x.test'), '{}')).company, 'New', 'nothing changes nothing');
select is((public.update_lead(tests.id('acme/lead@x.test'), '{"email": "New@x.test"}')).dedupe_key, 'email:new@x.test',
  'the identity follows');

select throws_ok($$ select public.update_lead(tests.id('acme/lead@x.test'), '{"email": "OTHER@x.test"}') $$,
  'PT409', 'lead_exists', 'not to another lead''s');
select throws_ok($$ select public.update_lead(tests.id('acme/lead@x.test'), '{"email": null}') $$,
  'PT422', 'lead_needs_identity', 'nor to nobody''s');
select is((tests.lead('acme/lead@x.test')).email::text, 'New@x.test', 'what is refused changes nothing');
select is((tests.lead('acme/other@x.test')).edited_fields, '{email}', 'no other lead is touched');
select tests.is_untouched('globex');

select * from finish();
rollback;
