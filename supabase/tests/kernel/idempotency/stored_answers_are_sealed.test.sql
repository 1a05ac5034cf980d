begin;
select plan(7);

select tests.create_agency('acme');
select tests.act_as('acme', 'owner');
create temporary table made as
  select 'secret' as name, c.body ->> 'secret' as secret, c.body
    from tests.call('create_api_key', jsonb_build_object(
      'agency_id', tests.id('acme'), 'name', 'Form', 'permissions', array['leads.create']), 'write', 'my-own-key') as c
  union all
  select 'token', c.body ->> 'token', c.body
    from tests.call('invite_member', jsonb_build_object(
      'agency_id', tests.id('acme'), 'email', 'new@x.test', 'roles', array['sales']), 'write', 'my-own-key-2') as c;
grant select on made to public;
select is(count(secret), 2::bigint, 'two answers hold a secret') from made;

select tests.act_as_postgres();
select is(count(*), 2::bigint, 'both are stored') from private.idempotency_keys;
-- What a bytea holds is looked at as bytes: its text is in hexadecimal digits.
select is_empty($$
  select m.name
    from private.idempotency_keys as k
   cross join made as m
   cross join unnest(array[m.secret, m.body ->> 'id', 'my-own-key']) as w (word)
   where position(convert_to(w.word, 'UTF8') in k.sealed_response) > 0
      or position(convert_to(w.word, 'UTF8') in k.key_hash) > 0
      or position(w.word in k::text) > 0 $$, 'in the table stand neither they nor the keys');
select throws_ok($$
  select extensions.decrypt(sealed_response, private.sealing_key(subject, encode(key_hash, 'hex')), 'aes')
    from private.idempotency_keys $$, '39000', null, 'nor does what is stored open it');

select tests.act_as('acme', 'owner');
select is(c.body, m.body, 'whoever repeats the request gets its ' || m.name)
  from made as m
 cross join lateral (
   select * from tests.call('create_api_key', jsonb_build_object(
      'agency_id', tests.id('acme'), 'name', 'Form', 'permissions', array['leads.create']), 'write', 'my-own-key')
    where m.name = 'secret'
   union all
   select * from tests.call('invite_member', jsonb_build_object(
      'agency_id', tests.id('acme'), 'email', 'new@x.test', 'roles', array['sales']), 'write', 'my-own-key-2')
    where m.name = 'token'
 ) as c;
select tests.act_as('acme', 'admin');
select isnt(c.body ->> 'secret', (select m.secret from made as m where m.name = 'secret'), 'another person''s key opens nothing')
  from tests.call('create_api_key', jsonb_build_object(
    'agency_id', tests.id('acme'), 'name', 'Form', 'permissions', array['leads.create']), 'write', 'my-own-key') as c;

select * from finish();
rollback;
