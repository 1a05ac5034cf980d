begin;
select plan(17);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.new_events();
select tests.act_as('acme', 'researcher');
create temporary table envelope as
  select jsonb_build_object('key_id', 'k1', 'nonce', 'bm9uY2Vub25jZW5v', 'ciphertext', repeat('Q', 32)) as sealed;
grant select on envelope to public;

select throws_ok($$ select public.create_data_source('api', 'Fair', '{}', '{"token": "hunter2"}') $$,
  'PT422', 'credentials_not_sealed', 'what is not sealed is not kept');
select throws_ok($$ select public.create_data_source('api', 'Fair', '{}', '{"key_id": "k1", "nonce": "short", "ciphertext": "hunter2"}') $$,
  'PT422', 'credentials_not_sealed', 'nor what only looks like it');
select throws_ok($$ select public.create_data_source('api', 'Fair', '{}', (select sealed || '{"token": "hunter2"}' from envelope)) $$,
  'PT422', 'credentials_not_sealed', 'nor what has something beside it');
select is((select s.has_credentials from public.create_data_source('api', 'Fair', '{}', (select sealed from envelope)) as s), true,
  'an envelope is, and the answer says so');
select is((select count(*) from public.data_sources), 1::bigint, 'the others left nothing');

select tests.act_as_postgres();
select tests.remember('acme/Fair', s.id) from public.data_sources as s;
select is((select jsonb_build_object('key_id', c.key_id, 'nonce', c.nonce, 'ciphertext', c.ciphertext) from private.data_source_credentials as c),
  (select sealed from envelope), 'it is kept as it came');
select is((select count(*) from public.audit_log as a where a::text like '%QQQQQQQQ%'), 0::bigint, 'no log has it');

-- Workers.
select tests.act_as_service();
select is(public.get_data_source_secrets(tests.id('acme/Fair')) -> 'credentials', (select sealed from envelope), 'workers get it');
select is(public.replace_data_source_credentials(tests.id('acme/Fair'), 'bm9uY2Vub25jZW5v',
    (select sealed || '{"key_id": "k2", "nonce": "AAAAAAAAAAAAAAAA"}' from envelope)), true, 'and put another in its place');
select is(public.replace_data_source_credentials(tests.id('acme/Fair'), 'bm9uY2Vub25jZW5v', (select sealed from envelope)), false,
  'but not of one that is there no more');
select is(public.get_data_source_secrets(tests.id('acme/Fair')) -> 'credentials' ->> 'key_id', 'k2', 'which changes nothing');
select tests.act_as('acme', 'owner');
select throws_ok(format('select public.get_data_source_secrets(%L)', tests.id('acme/Fair')), '42501', null, 'an owner gets none');

-- Changing the source.
select is((public.update_data_source(tests.id('acme/Fair'), '{"name": "Trade fair"}')).has_credentials, true, 'other changes leave them');
select is((public.update_data_source(tests.id('acme/Fair'), '{}', '{}')).has_credentials, false, 'an empty object forgets them');
select tests.act_as_postgres();
select is_empty('select 1 from private.data_source_credentials', 'then they are gone');
select tests.act_as('acme', 'owner');
select is((public.update_data_source(tests.id('acme/Fair'), '{}', (select sealed from envelope))).has_credentials, true, 'others may be entered');
select public.delete_data_source(tests.id('acme/Fair'));
select tests.act_as_postgres();
select is_empty('select 1 from private.data_source_credentials', 'they go with their source');

select * from finish();
rollback;
