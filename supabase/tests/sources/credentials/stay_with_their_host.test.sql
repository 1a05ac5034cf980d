begin;
select plan(15);

select tests.create_agency('acme');
create function pg_temp.envelope(nonce text) returns jsonb language sql as $$
  select jsonb_build_object('key_id', 'k1', 'nonce', repeat(nonce, 16), 'ciphertext', repeat('A', 32));
$$;
create function pg_temp.lead_to(url text) returns text language sql as $$
  select format('select public.update_data_source(%L, %L)', tests.id('acme/CRM'),
    jsonb_build_object('config', jsonb_build_object('url', url)));
$$;
grant execute on function pg_temp.envelope(text), pg_temp.lead_to(text) to public;
select tests.create_source('acme', 'CRM', 'api', '{"config": {"url": "https://crm.example/people"}}', pg_temp.envelope('a'));

select tests.act_as('acme', 'researcher');
select lives_ok(pg_temp.lead_to('https://crm.example/v2/leads?all=1'), 'another path of the same host');
select lives_ok(pg_temp.lead_to('HTTPS://CRM.example#top'), 'in any case');
select throws_ok(pg_temp.lead_to(url), 'PT422', 'credentials_needed', url)
  from unnest(array[
    'https://evil.example/people', 'https://crm.example.evil.example/', 'https://crm.example@evil.example/',
    'https://crm.example:8443/', 'http://crm.example/', 'https://crm.exampl/', 'https://evil.example\\crm.example'
  ]) as url;
select throws_ok(format('select public.update_data_source(%L, %L)', tests.id('acme/CRM'), '{"config": {}}'),
  'PT422', 'credentials_needed', 'nor is a URL taken away and given anew');
select is((select s.config ->> 'url' from public.data_sources as s where s.id = tests.id('acme/CRM')),
  'HTTPS://CRM.example#top', 'a refused change leaves everything');

select lives_ok(format('select public.update_data_source(%L, %L, %L)', tests.id('acme/CRM'),
  '{"config": {"url": "https://other.example/"}}', pg_temp.envelope('b')), 'with credentials of its own another host is fine');
select lives_ok(format('select public.update_data_source(%L, %L, %L)', tests.id('acme/CRM'),
  '{"config": {"url": "https://third.example/"}}', '{}'), 'and when they are forgotten');
select lives_ok(pg_temp.lead_to('https://fourth.example/'), 'without credentials there is nothing to protect');
select lives_ok(format('select public.update_data_source(%L, %L)', tests.id('acme/CRM'), '{"name": "Renamed"}'), 'other changes ask for nothing');

select * from finish();
rollback;
