-- What fills a lead's gaps never makes it somebody else.
begin;
select plan(4);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.act_as('acme', 'manager');
select public.import_leads(tests.id('acme/Launch'), '[
  {"company": "Acme", "last_name": "Ada Lovelace"},
  {"email": "bob@x.test"},
  {"linkedin_url": "linkedin.com/in/cyd"},
  {"phone": "123456"}
]');
select tests.act_as_postgres();
create temporary table before as select id, dedupe_key from public.leads;
select tests.act_as('acme', 'manager');
select is(public.import_leads(tests.id('acme/Launch'), '[
  {"company": "ACME", "first_name": "Ada", "last_name": "Lovelace", "city": "London"},
  {"email": "bob@x.test", "linkedin_url": "linkedin.com/in/bob", "phone": "99999", "company": "Acme", "last_name": "Bob"},
  {"linkedin_url": "linkedin.com/in/cyd", "phone": "88888", "company": "Acme", "last_name": "Cyd"},
  {"phone": "123456", "company": "Acme", "last_name": "Dan"}
]') - 'errors', '{"created": 0, "updated": 4, "duplicate": 0, "rejected": 0}', 'each lead gains something');
select tests.act_as_postgres();
select results_eq('select id, dedupe_key from public.leads order by id', 'select id, dedupe_key from before order by id', 'and stays who it was');
select results_eq($$ select first_name, last_name, city from public.leads where company = 'Acme' and dedupe_key like 'name:%' $$,
  $$ values (null::text, 'Ada Lovelace', 'London') $$, 'a name split in another way is the same name');
select tests.act_as('acme', 'manager');
select is(public.import_leads(tests.id('acme/Launch'), '[{"company": "Acme", "first_name": "Ada Lovelace"}]') -> 'created', '0', 'however often');

select * from finish();
rollback;
