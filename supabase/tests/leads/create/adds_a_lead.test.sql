begin;
select plan(9);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Launch');
select tests.watch('globex');
select tests.new_events();
select tests.act_as('acme', 'researcher');

create temporary table made as
  select l.* from jsonb_build_object('first_name', 'Ada', 'last_name', 'Lovelace', 'email', 'Ada@x.test', 'phone', '12345', 'company', 'Acme',
      'title', 'CEO', 'website', 'https://x.test', 'linkedin_url', 'linkedin.com/in/ada', 'city', 'London', 'country', 'UK',
      'industry', 'Computing', 'status', 'responded', 'priority', 'high', 'qualification_notes', 'Notes',
      'contact', '{"a": 1}'::jsonb, 'company_data', '{"b": 2}'::jsonb, 'source_data', '{"c": 3}'::jsonb,
      'custom_fields', '{"d": null}'::jsonb, 'tags', '["x", "y"]'::jsonb,
      'last_contacted_at', '2026-01-01T00:00:00+00:00', 'responded_at', '2026-01-02T00:00:00+00:00',
      'qualified_at', '2026-01-03T00:00:00+00:00', 'converted_at', '2026-01-04T00:00:00+00:00') as a (attributes),
    public.create_lead(tests.id('acme/Launch'), a.attributes) as l;
select is(
  to_jsonb(made) - '{agency_id,id,campaign_id,data_source_id,scraping_job_id,qualification_score,score,score_grade,scored_at,score_log,score_model_version,assigned_to,assigned_at,assignment_reason,qualification_data,edited_fields,deleted_at,created_at,updated_at,dedupe_key,search}'::text[],
  '{"first_name": "Ada", "last_name": "Lovelace", "email": "Ada@x.test", "phone": "12345", "company": "Acme", "title": "CEO",
    "website": "https://x.test", "linkedin_url": "linkedin.com/in/ada", "city": "London", "country": "UK", "industry": "Computing",
    "status": "responded", "priority": "high", "qualification_notes": "Notes", "contact": {"a": 1}, "company_data": {"b": 2},
    "source_data": {"c": 3}, "custom_fields": {"d": null}, "tags": ["x", "y"],
    "last_contacted_at": "2026-01-01T00:00:00+00:00", "responded_at": "2026-01-02T00:00:00+00:00",
    "qualified_at": "2026-01-03T00:00:00+00:00", "converted_at": "2026-01-04T00:00:00+00:00"}',
  'every attribute is kept as it was given') from made;
select results_eq(
  $$ select agency_id, campaign_id, assigned_to, deleted_at from made $$,
  $$ values (tests.id('acme'), tests.id('acme/Launch'), null::uuid, null::timestamptz) $$, 'in the campaign, with nobody');
select ok(edited_fields @> '{first_name,tags,custom_fields}', 'what was said by hand counts as edited') from made;
select results_eq(
  $$ select e.agency_id, e.action, e.entity_id = made.id, e.before, e.after ->> 'first_name', e.after ? 'dedupe_key' or e.after ? 'search'
       from tests.new_events() as e, made $$,
  $$ values (tests.id('acme'), 'lead.created', true, null::jsonb, 'Ada', false) $$, 'one audit event tells of it');

select results_eq(
  $$ select status::text, priority::text, contact, tags from public.create_lead(tests.id('acme/Launch'),
       '{"email": "bare@x.test", "status": null, "priority": "", "contact": null, "tags": null}') $$,
  $$ values ('new', 'medium', '{}'::jsonb, '{}'::text[]) $$, 'what says nothing has its default');
select throws_ok($$ select public.create_lead(tests.id('acme/Launch'), '{"first_name": "Ada"}') $$,
  'PT422', 'lead_needs_identity', 'a lead is somebody');
select throws_ok($$ select public.create_lead(gen_random_uuid(), '{"email": "new@x.test"}') $$,
  'PT404', 'campaign_not_found', 'in a campaign that is there');
select tests.act_as('acme', 'analyst');
select throws_ok($$ select public.create_lead(tests.id('acme/Launch'), '{"email": "new@x.test"}') $$,
  'PT403', 'permission_denied', 'by who may');
select tests.is_untouched('globex');

select * from finish();
rollback;
