begin;
select plan(9);

select tests.create_agency('acme');
select tests.create_user('new@example.test');
select tests.act_as_user(tests.id('new@example.test'));
select throws_ok($$ select public.list_campaigns() $$, 'PT400', 'agency_required', 'who has no active agency has to name one');
select throws_ok($$ select public.my_permissions() $$, 'PT400', 'agency_required', 'for permissions too');

select tests.act_as_postgres();
select set_config('role', 'authenticated', true);
select throws_ok($$ select public.list_campaigns() $$, 'PT401', 'not_signed_in', 'a request without a user is told to sign in');
select throws_ok($$ select public.get_me() $$, 'PT401', 'not_signed_in', 'whatever it asks');

select throws_ok($$ select public.get_agency(tests.id('acme')) $$, 'PT401', 'not_signed_in', 'even by an id');
select throws_ok($$ select public.switch_agency(tests.id('acme')) $$, 'PT401', 'not_signed_in', 'nothing is switched');
select throws_ok($$ select public.revoke_invitation(gen_random_uuid()) $$, 'PT401', 'not_signed_in', 'nor taken back');

-- The secret key is no person: what is a person's own it does not have.
select tests.act_as_service();
select throws_ok($$ select public.switch_agency(tests.id('acme')) $$, 'PT401', 'not_signed_in', 'the secret key switches nothing');
select is((public.get_agency(tests.id('acme'))).slug, 'acme', 'and reads every agency');

select * from finish();
rollback;
