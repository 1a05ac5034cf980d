begin;
select plan(8);

select tests.create_agency('acme');
select tests.create_agency('globex');
insert into public.memberships (agency_id, user_id) values (tests.id('globex'), tests.id('acme/sales'));
insert into public.membership_roles values (tests.id('globex'), tests.id('acme/sales'), 'manager');
select tests.new_events();

select tests.act_as('acme', 'sales');
select is(public.my_permissions() ->> 'agency_id', tests.id('acme')::text, 'acme is meant where none is named');
select is((public.switch_agency(tests.id('globex'))).active_agency_id, tests.id('globex'), 'after the switch');
select is(public.my_permissions() ->> 'agency_id', tests.id('globex')::text, 'globex is');
select is(public.my_permissions() -> 'roles', '["manager"]', 'with the roles held there');
select results_eq(
  $$ select agency_id, action, entity_id, actor_id from tests.new_events() $$,
  $$ values (tests.id('globex'), 'profile.switched_agency', tests.id('acme/sales'), tests.id('acme/sales')) $$,
  'one audit event tells of it');

select tests.act_as('acme', 'owner');
select throws_ok($$ select public.switch_agency(tests.id('globex')) $$, 'PT404', 'agency_not_found',
  'nobody switches to an agency that is not theirs');
select is(public.my_permissions() ->> 'agency_id', tests.id('acme')::text, 'and stays where they were');
select throws_ok($$ update public.profiles set active_agency_id = tests.id('globex') $$, '42501', null,
  'nor by writing the profile');

select * from finish();
rollback;
