begin;
select plan(14);

select tests.create_agency('acme'), tests.create_agency('globex');
select tests.watch('globex');
select tests.act_as('acme', 'owner');
select tests.new_events();
create function pg_temp.set(who text, permission text, effect text, platform text default null) returns jsonb language sql as $$
  select public.set_member_permission(tests.id('acme'), tests.id('acme/' || who), permission, effect, platform) -> 'overrides'
$$;

select is(pg_temp.set('analyst', 'clients.write', 'allow'), '[{"permission": "clients.write", "platform": null, "effect": "allow"}]',
  'a member is allowed more than the role');
select results_eq($$ select action, entity_id, after from tests.new_events() $$,
  $$ values ('member.permission_set', tests.id('acme/analyst'),
    '{"overrides": [{"permission": "clients.write", "platform": null, "effect": "allow"}]}'::jsonb) $$, 'which the log tells');
select tests.act_as('acme', 'analyst');
select lives_ok(format('insert into public.clients (agency_id, name) values (%L, %L)', tests.id('acme'), 'A'), 'it works with the next statement');
select results_eq(
  $$ select source from public.user_permissions_view where user_id = tests.id('acme/analyst') and permission = 'clients.write' $$,
  $$ values ('override') $$, 'and the view says where from');

select tests.act_as('acme', 'owner');
select is(jsonb_array_length(pg_temp.set('analyst', 'clients.write', 'deny')), 1, 'the other effect takes its place');
select tests.act_as('acme', 'analyst');
select throws_ok(format('insert into public.clients (agency_id, name) values (%L, %L)', tests.id('acme'), 'B'), '42501', null, 'denied');
select tests.act_as('acme', 'owner');
select pg_temp.set('manager', 'clients.write', 'deny');
select public.set_member_roles(tests.id('acme'), tests.id('acme/manager'), '{manager,researcher,admin}');
select tests.act_as('acme', 'manager');
select throws_ok(format('insert into public.clients (agency_id, name) values (%L, %L)', tests.id('acme'), 'B'), '42501', null,
  'deny wins over every role');
select ok(not public.my_permissions() -> 'permissions' ? 'clients.write', 'my_permissions leaves it out');
select throws_ok(format('select public.set_member_permission(%L, %L, %L, null)', tests.id('acme'), tests.id('acme/manager'), 'clients.write'),
  'PT403', 'permission_not_held', 'and nobody lifts their own denial');

select tests.act_as('acme', 'owner');
select is(pg_temp.set('manager', 'clients.write', null), '[]', 'null takes an override away');
select tests.act_as('acme', 'manager');
select lives_ok(format('insert into public.clients (agency_id, name) values (%L, %L)', tests.id('acme'), 'B'), 'and the roles hold again');

select tests.act_as('acme', 'owner');
select throws_ok($$ select pg_temp.set('sales', 'clients.write', 'maybe') $$, 'PT422', 'effect_unknown', 'there are two effects');
select throws_ok($$ select pg_temp.set('sales', 'clients.eat', 'allow') $$, 'PT422', 'permission_unknown', 'and so many permissions');
select tests.act_as_postgres();
select tests.is_untouched('globex');

select * from finish();
rollback;
