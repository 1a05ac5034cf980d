begin;
select plan(7);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.watch('globex');
select tests.new_events();
select tests.act_as('acme', 'admin');

select is(
  public.set_member_roles(tests.id('acme'), tests.id('acme/sales'), '{researcher,manager,manager}')
    - '{created_at,avatar_url,full_name,title}'::text[],
  jsonb_build_object('user_id', tests.id('acme/sales'), 'email', 'sales@acme.test', 'status', 'active',
    'client_id', null, 'roles', '["manager", "researcher"]'::jsonb, 'overrides', '[]'::jsonb),
  'the member is answered with exactly the new roles, each once');
select results_eq(
  $$ select agency_id, action, entity_id, before, after from tests.new_events() $$,
  $$ values (tests.id('acme'), 'member.roles_set', tests.id('acme/sales'),
            '{"roles": ["sales"]}'::jsonb, '{"roles": ["manager", "researcher"]}'::jsonb) $$,
  'one audit event tells just the difference');
select results_eq(
  $$ select user_id, role from public.membership_roles where role in ('sales', 'manager', 'researcher') order by role, user_id $$,
  $$ select * from (values (tests.id('acme/manager'), 'manager'), (tests.id('acme/sales'), 'manager'),
       (tests.id('acme/researcher'), 'researcher'), (tests.id('acme/sales'), 'researcher')) as v (user_id, role)
     order by role, user_id $$,
  'nobody else''s roles have changed');

select throws_ok($$ select public.set_member_roles(tests.id('acme'), tests.id('acme/sales'), '{}') $$,
  'PT422', 'role_required', 'a member holds at least one role');
select throws_ok($$ select public.set_member_roles(tests.id('acme'), tests.id('acme/sales'), '{sales,king}') $$,
  'PT422', 'role_unknown', 'a role that is none is refused');
select throws_ok($$ select public.set_member_roles(tests.id('acme'), tests.id('globex/sales'), '{sales}') $$,
  'PT404', 'member_not_found', 'another agency''s member is none of this one');

select tests.act_as_postgres();
select tests.is_untouched('globex');

select * from finish();
rollback;
