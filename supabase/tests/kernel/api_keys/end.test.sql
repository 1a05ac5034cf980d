begin;
select plan(13);

select tests.create_agency('acme'), tests.create_agency('globex');
create temporary table keys as select tests.create_key('acme', '{members.read}', now() + interval '1 day') as secret;
grant select on keys to public;

select tests.act_as_key(secret) from keys;
select is(tests.says('list_members'), '200', 'a key works');
select tests.act_as_key('blk_nonsense');
select is(tests.says('list_members'), '401 api_key_invalid', 'one made up does not');
select is(tests.says('check_readiness'), '401 api_key_invalid', 'not even for what is open to everyone');
select tests.act_as_key('blk_nonsense', 'authenticated');
select is(private.my_agencies(), '{}', 'nor with the grants of the signed-in');

select tests.act_as_postgres();
update public.api_keys set expires_at = now();
select tests.act_as_key(secret) from keys;
select is(tests.says('list_members'), '401 api_key_invalid', 'nor one that has expired');
select tests.act_as_postgres();
update public.api_keys set expires_at = null;
select tests.act_as('acme', 'owner');
select public.archive_agency(tests.id('acme'));
select tests.act_as_key(secret) from keys;
select is(tests.says('list_members'), '401 api_key_invalid', 'nor one of an archived agency');
select tests.act_as('acme', 'owner');
select public.restore_agency(tests.id('acme'));

select tests.act_as('acme', 'manager');
select throws_ok($$ select public.revoke_api_key(tests.id('acme/key')) $$, 'PT403', 'permission_denied', 'keys are revoked by who manages them');
select tests.act_as('globex', 'owner');
select throws_ok($$ select public.revoke_api_key(tests.id('acme/key')) $$, 'PT404', 'api_key_not_found', 'in their agency');
select tests.act_as_key(secret) from keys;
select is(tests.says('list_members'), '200', 'until then it works');
select tests.act_as('acme', 'admin');
select tests.new_events();
select is(public.revoke_api_key(tests.id('acme/key')) -> 'secret_hash', null, 'revoked');
select results_eq($$ select action, entity_id from tests.new_events() $$, $$ values ('api_key.revoked', tests.id('acme/key')) $$, 'with one event');
select tests.act_as_key(secret) from keys;
select is(tests.says('list_members'), '401 api_key_invalid', 'it works no longer');
select tests.act_as_key(secret, 'authenticated') from keys;
select is(private.my_agencies(), '{}', 'nowhere');

select * from finish();
rollback;
