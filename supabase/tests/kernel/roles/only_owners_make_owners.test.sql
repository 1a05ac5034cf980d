begin;
select plan(9);

select tests.create_agency('acme');
select tests.watch('acme');

select tests.act_as('acme', 'admin');
select throws_ok($$ select public.set_member_roles(tests.id('acme'), tests.id('acme/admin'), '{admin,owner}') $$,
  'PT403', 'owner_required', 'an admin cannot make themself an owner');
select throws_ok($$ select public.set_member_roles(tests.id('acme'), tests.id('acme/sales'), '{owner}') $$,
  'PT403', 'owner_required', 'nor anybody else');
select throws_ok($$ select public.set_member_roles(tests.id('acme'), tests.id('acme/owner'), '{admin}') $$,
  'PT403', 'owner_required', 'nor take the role from an owner');
select throws_ok($$ select public.invite_member(tests.id('acme'), 'new@example.test', '{owner}') $$,
  'PT403', 'owner_required', 'nor invite one');
select tests.act_as_postgres();
select tests.is_untouched('acme');

select tests.act_as('acme', 'owner');
select is(public.set_member_roles(tests.id('acme'), tests.id('acme/admin'), '{owner}') -> 'roles', '["owner"]',
  'an owner can');
select tests.act_as('acme', 'admin');
select is(public.set_member_roles(tests.id('acme'), tests.id('acme/owner'), '{owner,sales}') -> 'roles', '["owner", "sales"]',
  'who is an owner now and may change the other');
select is(public.set_member_roles(tests.id('acme'), tests.id('acme/owner'), '{manager}') -> 'roles', '["manager"]',
  'even to something else');
select tests.act_as('acme', 'owner');
select throws_ok($$ select public.set_member_roles(tests.id('acme'), tests.id('acme/admin'), '{sales}') $$,
  'PT403', 'permission_denied', 'whoever is no owner any more has lost it at once');

select * from finish();
rollback;
