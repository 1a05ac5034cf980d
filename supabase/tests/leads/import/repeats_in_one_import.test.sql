-- The first row about a lead makes it; what later ones add fills its gaps, the earlier before the later.
begin;
select plan(6);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.act_as('acme', 'manager');

select is(public.import_leads(tests.id('acme/Launch'), '[
  {"email": "a@x.test", "first_name": "First", "custom_fields": {"k": 1}, "tags": ["x"], "status": "contacted"},
  {"email": "A@x.test ", "first_name": "Second", "city": "Berlin", "custom_fields": {"k": 2, "l": 2}, "tags": ["y"], "status": "converted"},
  {"email": "a@x.test", "city": "Paris", "country": "FR", "custom_fields": {"l": 3, "m": 3}},
  {"email": "b@x.test"},
  {"email": "b@x.test"},
  {"email": "bad"},
  {"email": "bad"}
]') - 'errors', '{"created": 2, "updated": 1, "duplicate": 2, "rejected": 2}', 'repeats are duplicates, unless they add something');
select results_eq(
  $$ select first_name, city, country, custom_fields, tags, status::text from public.leads where email = 'a@x.test' $$,
  $$ values ('First', 'Berlin', 'FR', '{"k": 1, "l": 2, "m": 3}'::jsonb, '{x}'::text[], 'contacted') $$,
  'of what is said about a field the first stands');
select is(count(*), 2::bigint, 'each lead is there once') from public.leads;

select is(public.import_leads(tests.id('acme/Launch'), '[
  {"email": "b@x.test", "city": "Rome"}, {"email": "b@x.test", "city": "Oslo", "country": "NO"}
]') - 'errors', '{"created": 0, "updated": 1, "duplicate": 1, "rejected": 0}', 'two rows that fill one lead are one update');
select results_eq($$ select city, country from public.leads where email = 'b@x.test' $$, $$ values ('Rome', 'NO') $$,
  'from both, the first before the second');
select results_eq($$ select type from public.lead_activities $$, $$ select null::text where false $$,
  'an import moves nothing that it creates');

select * from finish();
rollback;
