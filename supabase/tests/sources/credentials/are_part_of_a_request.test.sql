-- An envelope is the same for the same credentials (supabase/functions/_shared/sealing.ts).
begin;
select plan(4);

select tests.create_agency('acme');
select tests.create_source('acme', 'Fair', 'api');
create function pg_temp.enter(nonce text) returns text language sql as $$
  select case when c.headers ? 'Idempotency-Replayed' then 'replayed' else coalesce(c.body ->> 'message', 'done') end
    from tests.call('update_data_source', jsonb_build_object('data_source_id', tests.id('acme/Fair'), 'changes', '{}'::jsonb,
           'credentials', jsonb_build_object('key_id', 'k', 'nonce', repeat(nonce, 16), 'ciphertext', repeat(nonce, 32))),
           'write', 'one') as c
$$;
grant execute on function pg_temp.enter(text) to public;

select tests.act_as('acme', 'owner');
select is(pg_temp.enter('a'), 'done', 'credentials are entered');
select is(pg_temp.enter('a'), 'replayed', 'a repetition has no second effect');
select is(pg_temp.enter('b'), 'idempotency_key_reused', 'other credentials are another request');
select tests.act_as_postgres();
select is((select c.nonce from private.data_source_credentials as c), repeat('a', 16), 'and are not entered');

select * from finish();
rollback;
