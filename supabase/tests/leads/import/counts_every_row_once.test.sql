begin;
select plan(9);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "there@x.test"}');
select tests.create_lead('acme', 'Launch', '{"email": "full@x.test", "city": "Berlin"}');
select tests.watch('globex');
select tests.new_events();
select tests.act_as('acme', 'researcher');

create temporary table answers as select public.import_leads(tests.id('acme/Launch'), '[
  {"email": "one@x.test", "first_name": "One"},
  {"phone": "12345"},
  {"email": "THERE@x.test", "company": "Filled in"},
  {"email": "full@x.test", "city": "Paris"},
  {"email": "no address"},
  {"first_name": "Nobody"},
  "not even an object",
  {"email": "two@x.test", "status": "won", "tags": 5}
]') as answer;
select is(answer - 'errors', '{"created": 2, "updated": 1, "duplicate": 1, "rejected": 4}', 'what became of the rows') from answers;
select is((answer ->> 'created')::int + (answer ->> 'updated')::int + (answer ->> 'duplicate')::int + (answer ->> 'rejected')::int, 8,
  'each counted once') from answers;
select is(answer -> 'errors', '[
  {"row": 5, "field": "email", "reason": "is not an e-mail address"},
  {"row": 6, "field": "email", "reason": "is missing, and so is any other identity: a LinkedIn URL, a phone, or a company and a name"},
  {"row": 7, "field": null, "reason": "is not a JSON object"},
  {"row": 8, "field": "status", "reason": "must be one of new, contacted, responded, qualified, converted, rejected"},
  {"row": 8, "field": "tags", "reason": "must be a list of strings"}
]', 'bad rows are named with every fault') from answers;
select results_eq(
  $$ select l.email::text, l.phone, l.first_name, l.campaign_id, l.edited_fields from public.leads as l
      where l.email = 'one@x.test' or l.phone = '12345' order by l.email nulls last $$,
  $$ values ('one@x.test', null::text, 'One', tests.id('acme/Launch'), '{}'::text[]),
            (null, '12345', null, tests.id('acme/Launch'), '{}') $$,
  'the good ones are in the campaign, with no field edited by hand');
select results_eq(
  $$ select agency_id, action, entity_id, before, after from tests.new_events() $$,
  $$ values (tests.id('acme'), 'lead.imported', null::uuid, null::jsonb,
       jsonb_build_object('created', 2, 'updated', 1, 'duplicate', 1, 'rejected', 4, 'campaign_id', tests.id('acme/Launch'))) $$,
  'one audit event sums it up');

select is(
  public.import_leads(tests.id('acme/Launch'), '[{"email": "one@x.test", "first_name": "One"}, {"phone": "(12)345"}, {"email": "there@x.test", "company": "Other"}]') - 'errors',
  '{"created": 0, "updated": 0, "duplicate": 3, "rejected": 0}', 'a second import creates and changes nothing');
select is((tests.lead('acme/there@x.test')).company, 'Filled in', 'what is there stays');
select is(public.get_campaign_performance(tests.id('acme/Launch')) -> 'totals' -> 'total', '4', 'the figures count each lead once');
select tests.is_untouched('globex');

select * from finish();
rollback;
