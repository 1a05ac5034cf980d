begin;
select plan(3);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.act_as('acme', 'manager');
select public.import_leads(tests.id('acme/Launch'), '[{"email": "lead@x.test"}]');
create temporary table said as select '{
  "first_name": "Ada", "last_name": "Lovelace", "phone": "12345", "company": "Acme", "title": "CEO", "website": "https://x.test",
  "linkedin_url": "linkedin.com/in/ada", "city": "London", "country": "UK", "industry": "Computing", "qualification_notes": "Notes",
  "contact": {"a": 1}, "company_data": {"b": 2}, "source_data": {"c": 3}, "custom_fields": {"d": 4}, "tags": ["x"]
}'::jsonb as fields;
grant select on said to public;
select is(public.import_leads(tests.id('acme/Launch'), jsonb_build_array(fields || '{"email": "LEAD@x.test"}')) -> 'updated', '1', 'a row fills the lead') from said;
select tests.act_as_postgres();
select is((select jsonb_object_agg(k, to_jsonb(l) -> k) from jsonb_object_keys(fields) as k), fields, 'in every field it names')
  from said, public.leads as l;
select is(email::text, 'lead@x.test', 'what identifies it stays as it was written') from public.leads;

select * from finish();
rollback;
