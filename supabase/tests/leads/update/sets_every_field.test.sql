begin;
select plan(3);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "lead@x.test"}');
create temporary table changes as select '{
  "first_name": "Ada", "last_name": "Lovelace", "email": "ada@x.test", "phone": "12345", "company": "Acme", "title": "CEO",
  "website": "https://x.test", "linkedin_url": "linkedin.com/in/ada", "city": "London", "country": "UK", "industry": "Computing",
  "status": "converted", "priority": "urgent", "qualification_notes": "Notes", "contact": {"a": 1}, "company_data": {"b": 2},
  "source_data": {"c": 3}, "custom_fields": {"d": null}, "tags": ["x"], "last_contacted_at": "2026-01-01T00:00:00+00:00",
  "responded_at": "2026-01-02T00:00:00+00:00", "qualified_at": "2026-01-03T00:00:00+00:00", "converted_at": "2026-01-04T00:00:00+00:00"
}'::jsonb as changes;
grant select on changes to public;

select bag_eq('select jsonb_object_keys(changes) from changes',
  $$ select attname::text from pg_attribute where attrelid = 'private.lead_attributes'::regclass and attnum > 0 $$, 'all the fields there are');
select tests.act_as('acme', 'manager');
select is((select jsonb_object_agg(k, to_jsonb(l) -> k) from jsonb_object_keys(changes) as k), changes, 'are set')
  from changes, public.update_lead(tests.id('acme/lead@x.test'), changes) as l;
select is(
  (select jsonb_object_agg(k, to_jsonb(l) -> k) from changes, jsonb_object_keys(changes) as k),
  '{"first_name": null, "last_name": null, "email": "ada@x.test", "phone": null, "company": null, "title": null, "website": null,
    "linkedin_url": null, "city": null, "country": null, "industry": null, "status": "converted", "priority": "urgent",
    "qualification_notes": null, "contact": {}, "company_data": {}, "source_data": {}, "custom_fields": {}, "tags": [],
    "last_contacted_at": null, "responded_at": null, "qualified_at": null, "converted_at": null}', 'and cleared')
  from public.update_lead(tests.id('acme/lead@x.test'), (select jsonb_object_agg(k, null) - 'email' from changes, jsonb_object_keys(changes) as k)) as l;

select * from finish();
rollback;
