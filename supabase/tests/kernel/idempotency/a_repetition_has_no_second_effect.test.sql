begin;
select plan(17);

select tests.create_agency('acme'), tests.create_agency('globex');
select tests.act_as('acme', 'owner');
select tests.new_events();
create function pg_temp.create(name text, key text) returns table (status integer, body jsonb, replayed boolean) language sql as $$
  select c.status, c.body, c.headers ? 'Idempotency-Replayed'
    from tests.call('create_campaign', jsonb_build_object('name', name), 'write', key) as c
$$;
create temporary table first as select * from pg_temp.create('Spring', 'one');
grant select on first to public;
select ok(status = 200 and not replayed, 'the first has its effect') from first;
select results_eq($$ select body, replayed from pg_temp.create('Spring', 'one') $$, $$ select body, true from first $$, 'the second is answered the same');
select results_eq($$ select action from tests.new_events() $$, $$ values ('campaign.created') $$, 'one effect, one event');
select results_eq($$ select status, body ->> 'message' from pg_temp.create('Summer', 'one') $$, $$ values (422, 'idempotency_key_reused') $$, 'the key belongs to one request');
select tests.with_header('x-agency-id', tests.id('acme')::text);
select results_eq($$ select status, body ->> 'message' from pg_temp.create('Spring', 'one') $$, $$ values (422, 'idempotency_key_reused') $$, 'the agency named is part of it');
select tests.act_as('acme', 'owner');
select isnt(body ->> 'id', (select body ->> 'id' from first), 'another key is another request') from pg_temp.create('Spring', 'two');

select tests.with_header('idempotency-key', 'one');
select results_eq($$ select body, replayed from pg_temp.create('Spring', null) $$, $$ select body, true from first $$, 'the header says the same as the argument');

select tests.act_as('acme', 'admin');
select ok(status = 200 and not replayed, 'another user''s key is another') from pg_temp.create('Spring', 'one');
select tests.act_as('globex', 'owner');
select ok(status = 200 and not replayed, 'in another agency too') from pg_temp.create('Spring', 'one');
select tests.act_as_anon();
select is(tests.says('check_readiness', '{}', 'anonymous', 'one'), '401 not_signed_in', 'nobody has none');
select tests.act_as('acme', 'owner');
select is(tests.says('get_me', '{}', 'write', repeat('x', 256)), '422 idempotency_key_invalid', 'it has 255 characters at most');
select is(tests.says('get_me', '{}', 'write', ''), '422 idempotency_key_invalid', 'and one at least');

select is(tests.says('create_campaign', '{"name": ""}', 'write', 'three'), '400 ' || m, 'what failed')
  from (values ('new row for relation "campaigns" violates check constraint "campaigns_name_has_1_to_200_characters"')) as v (m);
select ok(status = 200 and not replayed, 'may be tried again, changed as well') from pg_temp.create('Autumn', 'three');

select tests.act_as_postgres();
update private.idempotency_keys set created_at = now() - interval '24 hours' 
 where key_hash = sha256(convert_to(subject || ' one', 'UTF8'));
select tests.act_as('acme', 'owner');
select ok(status = 200 and not replayed and body ->> 'id' <> (select body ->> 'id' from first), 'a day later it is a new request') from pg_temp.create('Spring', 'one');
select ok(status = 200 and replayed, 'which is kept in turn') from pg_temp.create('Spring', 'one');
select tests.act_as_postgres();
select is_empty($$ select from private.idempotency_keys where subject !~ '^user:' $$, 'each filed under its user');

select * from finish();
rollback;
