begin;
select plan(13);

select tests.create_agency('acme');
select tests.act_as('acme', 'owner');
select tests.new_events();
create temporary table made as select public.create_api_key(tests.id('acme'), 'Robot', '{leads.read,leads.read}') as key;
select matches(key ->> 'secret', '^blk_[A-Za-z0-9_-]{43}$', 'the answer holds the secret') from made;
select ok(not key ? 'secret_hash', 'and no hash') from made;
select is(key -> 'permissions', '["leads.read"]', 'each permission once') from made;
select is(key ->> 'prefix', left(key ->> 'secret', 12), 'and what to tell it by') from made;
create temporary table events as select * from tests.new_events();
select results_eq('select action, entity_id from events', $$ select 'api_key.created', (key ->> 'id')::uuid from made $$, 'one event');
select is_empty($$ select from events, made where strpos(events::text, key ->> 'secret') > 0 or after ? 'secret_hash' $$, 'without secret or hash');

select ok(strpos(public.list_api_keys()::text, key ->> 'secret') = 0 and public.list_api_keys() #>> '{items,0,name}' = 'Robot', 'the list never shows it again') from made;
select throws_ok('select secret_hash from public.api_keys', '42501', null, 'nobody reads the hash');
select is((select count(*) from public.api_keys), 1::bigint, 'managers of keys see the rest');
select tests.act_as('acme', 'manager');
select is((select count(*) from public.api_keys), 0::bigint, 'others nothing');
select tests.act_as('acme', 'owner');
select throws_ok($$ select public.create_api_key(tests.id('acme'), 'Late', '{leads.read}', now()) $$, 'PT422', 'expiry_in_the_past', 'a key begins before it ends');
select throws_like($$ select public.create_api_key(tests.id('acme'), 'Nothing', '{}') $$, '%api_keys_hold_a_permission%', 'and may do something');
select tests.act_as_postgres();
select is(k.secret_hash, sha256(convert_to(key ->> 'secret', 'UTF8')), 'only the hash is stored') from public.api_keys as k, made;

select * from finish();
rollback;
