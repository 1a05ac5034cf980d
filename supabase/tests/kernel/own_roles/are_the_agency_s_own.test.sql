begin;
select plan(19);

select tests.create_agency('acme'), tests.create_agency('globex');
select tests.watch('globex');
select tests.act_as('acme', 'owner');
select tests.new_events();
select is((public.set_agency_role(tests.id('acme'), 'custom:intern', 'Intern', '{leads.read,members.read,leads.read}')).permissions,
  '{leads.read,members.read}', 'a role holds each permission once');
select results_eq($$ select action, after ->> 'role' from tests.new_events() $$, $$ values ('role.set', 'custom:intern') $$, 'one event');
select public.set_member_roles(tests.id('acme'), tests.id('acme/vendor'), '{custom:intern}');
select tests.act_as('acme', 'vendor');
select is(public.my_permissions() -> 'permissions', '["leads.read", "members.read"]', 'its holder has just these');
select is((select r ->> 'is_system' from jsonb_array_elements(public.list_roles()) as r where r ->> 'role' = 'custom:intern'), 'false',
  'it is listed beside the system''s');

select tests.act_as('acme', 'owner');
select public.set_agency_role(tests.id('acme'), 'custom:intern', 'Intern', '{members.read}');
select results_eq($$ select before, after from tests.new_events() where action = 'role.set' $$,
  $$ values ('{"permissions": ["leads.read", "members.read"]}'::jsonb, '{"permissions": ["members.read"]}'::jsonb) $$, 'a change tells the difference');
select tests.act_as('acme', 'vendor');
select is(public.my_permissions() -> 'permissions', '["members.read"]', 'and works on the next statement');
select throws_ok($$ select public.set_agency_role(tests.id('acme'), 'custom:x', 'X', '{members.read}') $$, 'PT403', 'permission_denied', 'roles are not everyone''s to make');

select tests.act_as('acme', 'owner');
select throws_ok($$ select public.delete_agency_role(tests.id('acme'), 'custom:intern') $$, 'PT409', 'role_in_use', 'a role that is held stays');
select public.set_member_roles(tests.id('acme'), tests.id('acme/vendor'), '{vendor}');
select public.invite_member(tests.id('acme'), 'new@x.test', '{custom:intern}');
select throws_ok($$ select public.delete_agency_role(tests.id('acme'), 'custom:intern') $$, 'PT409', 'role_in_use', 'or offered');
select public.revoke_invitation((i ->> 'id')::uuid) from jsonb_array_elements(public.list_invitations() -> 'items') as i;
select tests.new_events();
select is((public.delete_agency_role(tests.id('acme'), 'custom:intern')).role, 'custom:intern', 'then it goes');
select results_eq($$ select action from tests.new_events() $$, $$ values ('role.deleted') $$, 'with one event');
select throws_ok($$ select public.delete_agency_role(tests.id('acme'), 'custom:intern') $$, 'PT404', 'role_not_found', 'once');
select throws_ok($$ select public.delete_agency_role(tests.id('acme'), 'sales') $$, 'PT404', 'role_not_found', 'a system role is none of them');
select throws_like($$ select public.set_agency_role(tests.id('acme'), 'sales', 'Sales', '{}') $$, '%agency_roles_are_told_apart_by_a_prefix%', 'and takes no agency''s form');
select throws_ok($$ select public.set_agency_role(tests.id('acme'), 'custom:x', 'X', '{leads.eat}') $$, 'PT422', 'permission_unknown', 'there are so many permissions');

select public.set_agency_role(tests.id('acme'), 'custom:intern', 'Intern', '{leads.read}');
select tests.act_as('globex', 'owner');
select is((select count(*) from public.agency_roles), 0::bigint, 'another agency sees none of it');
select throws_ok($$ select public.set_member_roles(tests.id('globex'), tests.id('globex/sales'), '{custom:intern}') $$, 'PT422', 'role_unknown', 'and cannot give it');
select tests.act_as_postgres();
select throws_ok($$ insert into public.membership_roles (agency_id, user_id, role) values (tests.id('globex'), tests.id('globex/sales'), 'custom:intern') $$,
  '23503', null, 'the table itself refuses');
select tests.is_untouched('globex');

select * from finish();
rollback;
