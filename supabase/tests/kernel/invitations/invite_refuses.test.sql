begin;
select plan(11);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.watch('acme');
select tests.watch('globex');

select tests.act_as('acme', 'owner');
select throws_ok($$ select public.invite_member(tests.id('acme'), 'SALES@acme.test', '{manager}') $$,
  'PT409', 'already_a_member', 'a member is not invited again, whatever the case of the address');
select throws_ok($$ select public.invite_member(tests.id('acme'), 'new@example.test', '{}') $$,
  'PT422', 'role_required', 'an invitation names a role');
select throws_ok($$ select public.invite_member(tests.id('acme'), 'new@example.test', null) $$,
  'PT422', 'role_required', 'none is none');
select throws_ok($$ select public.invite_member(tests.id('acme'), 'new@example.test', array['sales', null]) $$,
  'PT422', 'role_unknown', 'every one of them is a role');
select throws_like($$ select public.invite_member(tests.id('acme'), 'not an address', '{sales}') $$,
  '%invitations_email_is_an_address%', 'the address is one');
select throws_ok($$ select public.invite_member(tests.id('globex'), 'new@example.test', '{sales}') $$,
  'PT404', 'agency_not_found', 'into one''s own agency');
select tests.act_as('acme', 'manager');
select throws_ok($$ select public.invite_member(tests.id('acme'), 'new@example.test', '{sales}') $$,
  'PT403', 'permission_denied', 'by who manages members');
select tests.act_as_anon();
select throws_ok($$ select public.invite_member(tests.id('acme'), 'new@example.test', '{sales}') $$,
  '42501', null, 'never by anon');

select tests.act_as_postgres();
select tests.is_untouched('acme');
select tests.is_untouched('globex');
select lives_ok($$ select tests.act_as('acme', 'owner'), public.invite_member(tests.id('acme'), 'sales@globex.test', '{sales}') $$,
  'a member of another agency can be invited');

select * from finish();
rollback;
