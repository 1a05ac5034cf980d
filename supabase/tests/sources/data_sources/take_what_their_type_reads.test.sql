begin;
select plan(12);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'CRM', 'api', '{"config": {"url": "https://crm.example/people", "mapping": {}}}');
select tests.watch('acme');

select tests.act_as('acme', 'researcher');
select throws_ok(format($$ select public.create_data_source(%L, 'New', %L) $$, type, attributes), 'PT422', code, says)
  from (values
    ('api', '{"config": {"path": "a/b.csv"}}', 'unknown_field', 'a config has what its type reads'),
    ('csv', '{"config": {"url": "https://x.test"}}', 'unknown_field', 'which is not what others read'),
    ('csv', '{"config": []}', 'not_an_object', 'by names'),
    ('apollo', '{"schedule_params": {"revealPersonalEmails": true}}', 'unknown_field', 'scheduled jobs set what a job may'),
    ('apollo', '{"schedule_params": 5}', 'not_an_object', 'by names, too')) as v (type, attributes, code, says);
select throws_ok(format($$ select public.update_data_source(tests.id('acme/CRM'), %L) $$, changes), 'PT422', 'unknown_field', says)
  from (values
    ('{"config": {"url": "https://crm.example/people", "pages": 3}}', 'nor is anything else written later'),
    ('{"schedule_params": {"url": "https://x.test"}}', 'nor for scheduled jobs')) as v (changes, says);
select throws_ok(format($$ select public.create_scraping_job(tests.id('acme/CRM'), tests.id('acme/Spring'), %L) $$, params),
  'PT422', code, says)
  from (values
    ('{"url": "https://x.test"}', 'unknown_field', 'a job does not say where requests go'),
    ('[]', 'not_an_object', 'and says what it says by names')) as v (params, code, says);
select tests.act_as_postgres();
select tests.is_untouched('acme');

select tests.act_as('acme', 'researcher');
select lives_ok($$ select public.create_scraping_job(tests.id('acme/CRM'), tests.id('acme/Spring'), '{"maxPages": 3, "unmapped": "ignore"}') $$,
  'it says how far to read, and what becomes of fields');
select throws_ok($$ select public.create_data_source('nonesuch', 'New', '{"config": {"x": 1}}') $$, '23514', null,
  'of a type that there is none of nothing is known');

select * from finish();
rollback;
