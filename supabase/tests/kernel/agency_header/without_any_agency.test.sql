begin;
select plan(4);

select tests.create_user('new@example.test');
select tests.act_as_user(tests.id('new@example.test'));
select throws_ok($$ select public.list_campaigns() $$, 'PT400', 'agency_required', 'who has no active agency has to name one');
select throws_ok($$ select public.my_permissions() $$, 'PT400', 'agency_required', 'for permissions too');

select tests.act_as_postgres();
select set_config('role', 'authenticated', true);
select throws_ok($$ select public.list_campaigns() $$, 'PT401', 'not_signed_in', 'a request without a user is told to sign in');
select throws_ok($$ select public.get_me() $$, 'PT401', 'not_signed_in', 'whatever it asks');

select * from finish();
rollback;
