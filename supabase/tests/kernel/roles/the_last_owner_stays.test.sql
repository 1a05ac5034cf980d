begin;
select plan(7);

select tests.create_agency('acme');
select tests.watch('acme');

select tests.act_as('acme', 'owner');
select throws_ok($$ select public.set_member_roles(tests.id('acme'), tests.id('acme/owner'), '{admin}') $$,
  'PT409', 'last_owner', 'the only owner cannot become something else');
select lives_ok($$ select public.set_member_roles(tests.id('acme'), tests.id('acme/owner'), '{owner}') $$,
  'but stay an owner');

select tests.act_as_postgres();
update public.memberships set status = 'suspended' where user_id = tests.id('acme/admin');
update public.membership_roles set role = 'owner' where user_id = tests.id('acme/admin');
select tests.act_as('acme', 'owner');
select throws_ok($$ select public.set_member_roles(tests.id('acme'), tests.id('acme/owner'), '{admin}') $$,
  'PT409', 'last_owner', 'a suspended owner does not count');
select lives_ok($$ select public.set_member_roles(tests.id('acme'), tests.id('acme/admin'), '{admin}') $$,
  'and can lose the role');

select lives_ok($$ select public.set_member_roles(tests.id('acme'), tests.id('acme/manager'), '{owner}') $$,
  'with another active owner');
select lives_ok($$ select public.set_member_roles(tests.id('acme'), tests.id('acme/owner'), '{sales}') $$,
  'the first one can step down');
select tests.act_as_postgres();
select results_eq(
  $$ select user_id from public.membership_roles where agency_id = tests.id('acme') and role = 'owner' $$,
  $$ values (tests.id('acme/manager')) $$, 'which leaves one');

select * from finish();
rollback;
