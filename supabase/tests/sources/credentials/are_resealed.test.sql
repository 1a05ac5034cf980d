begin;
select plan(8);

select tests.create_agency('acme'), tests.create_agency('globex');
select tests.create_source('acme', 'One'), tests.create_source('acme', 'Two'), tests.create_source('globex', 'Three');

create function pg_temp.envelope(key_id text, nonce text) returns jsonb language sql as $$
  select jsonb_build_object('key_id', key_id, 'nonce', nonce, 'ciphertext', repeat('A', 32));
$$;
create function pg_temp.listed(key_id text, after uuid default null, most integer default 200) returns uuid[] language sql as $$
  select array(select (e ->> 'data_source_id')::uuid
    from jsonb_array_elements(public.list_sealed_credentials(key_id, after, most)) as e);
$$;
grant execute on function pg_temp.envelope(text, text), pg_temp.listed(text, uuid, integer) to public;

select tests.act_as('acme', 'owner');
select public.update_data_source(tests.id('acme/One'), credentials => pg_temp.envelope('spring', repeat('a', 16)));
select public.update_data_source(tests.id('acme/Two'), credentials => pg_temp.envelope('autumn', repeat('b', 16)));
select tests.act_as('globex', 'owner');
select public.update_data_source(tests.id('globex/Three'), credentials => pg_temp.envelope('spring', repeat('c', 16)));

select tests.act_as_service();
select is(pg_temp.listed('autumn'), array[tests.id('acme/One'), tests.id('globex/Three')],
  'every agency''s envelopes of other keys, and no others');
select is(pg_temp.listed('autumn', tests.id('acme/One')), array[tests.id('globex/Three')], 'on from one of them');
select is(pg_temp.listed('autumn', null, 1), array[tests.id('acme/One')], 'so many at a time');
select is(public.list_sealed_credentials('autumn', tests.id('acme/One')) -> 0, jsonb_build_object(
    'agency_id', tests.id('globex'), 'data_source_id', tests.id('globex/Three'),
    'credentials', pg_temp.envelope('spring', repeat('c', 16))), 'each with whose it is');

select is(public.replace_data_source_credentials(tests.id('acme/One'), repeat('a', 16),
  pg_temp.envelope('autumn', repeat('d', 16))), true, 'the envelope that was read is replaced');
select is(public.replace_data_source_credentials(tests.id('acme/One'), repeat('a', 16),
  pg_temp.envelope('winter', repeat('e', 16))), false, 'one that is there no more is not');
select is(pg_temp.listed('autumn'), array[tests.id('globex/Three')], 'what is sealed anew is listed no more');

select tests.act_as('acme', 'owner');
select throws_ok($$select public.list_sealed_credentials('autumn')$$, '42501', null, 'no person reads envelopes');

select * from finish();
rollback;
