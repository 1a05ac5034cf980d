begin;
select plan(10);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.act_as('acme', 'manager');
select public.import_leads(tests.id('acme/Launch'), '[{"email": "lead@x.test", "company": "Imported", "contact": {"tel": 1, "deep": {"a": 1}}, "priority": "low"}]');
select tests.act_as_postgres();
select tests.remember('acme/lead@x.test', id) from public.leads;
select tests.act_as('acme', 'manager');
select public.update_lead(tests.id('acme/lead@x.test'), '{"city": "By hand", "title": null, "tags": []}');

create temporary table filled as select public.import_leads(tests.id('acme/Launch'), '[{
  "email": "lead@x.test", "first_name": "New", "company": "Other", "city": "Other", "title": "CEO", "tags": ["x"],
  "contact": {"tel": 2, "fax": 2, "deep": {"a": 2, "b": 2}}, "source_data": {"from": "file"},
  "status": "converted", "priority": "urgent", "converted_at": "2026-01-01", "responded_at": "2026-01-01"
}]') as answer;
select is(answer - 'errors', '{"created": 0, "updated": 1, "duplicate": 0, "rejected": 0}', 'the lead has gained something') from filled;
create temporary table now_is as select l.* from tests.lead('acme/lead@x.test') as l;
select is(first_name, 'New', 'an empty field is filled') from now_is;
select is(source_data, '{"from": "file"}', 'an empty document too') from now_is;
select is(contact, '{"tel": 1, "fax": 2, "deep": {"a": 1}}', 'documents are merged: a key that is there stays, a new one comes in') from now_is;
select is(company, 'Imported', 'what is there stays') from now_is;
select is(city, 'By hand', 'what a person wrote stays') from now_is;
select results_eq($$ select title, tags from now_is $$, $$ values (null::text, '{}'::text[]) $$, 'even where they cleared it');
select results_eq($$ select status::text, priority::text, converted_at, responded_at from now_is $$,
  $$ values ('new', 'low', null::timestamptz, null::timestamptz) $$, 'where a lead stands is not an import''s to say');
select is(edited_fields, '{city,tags,title}', 'what an import fills is not edited by hand') from now_is;

select is(public.import_leads(tests.id('acme/Launch'), '[{"email": "lead@x.test", "first_name": "Newer", "contact": {"tel": 3}}]') -> 'duplicate',
  '1', 'a row that adds nothing is a duplicate');

select * from finish();
rollback;
