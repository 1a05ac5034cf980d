begin;
select plan(15);

select tests.create_agency('acme'), tests.create_agency('globex');
select tests.act_as('acme', 'owner');
select public.set_member_permission(tests.id('acme'), tests.id('acme/creator'), 'leads.read', 'allow', 'instagram');
select public.set_member_permission(tests.id('acme'), tests.id('acme/manager'), 'leads.read', 'deny', 'instagram');
select public.set_member_permission(tests.id('acme'), tests.id('acme/admin'), 'leads.read', 'deny', 'instagram');
select tests.act_as_postgres();

-- The helper is the procedures' own; they ask it as their owner with the caller's claims.
create function pg_temp.can(who text, platform text) returns boolean language plpgsql as $$
declare
  v_can boolean;
begin
  perform tests.act_as('acme', who), set_config('role', 'none', true);
  v_can := private.can_on_platform(tests.id('acme'), can.platform, 'leads.read');
  perform tests.act_as_postgres();
  return v_can;
end;
$$;
select ok(pg_temp.can('creator', 'instagram'), 'allowed on one platform');
select ok(not pg_temp.can('creator', 'linkedin'), 'not on another');
select ok(not pg_temp.can('manager', 'instagram'), 'denied on one platform, whatever the role says');
select ok(pg_temp.can('manager', 'linkedin'), 'but nowhere else');
select ok(pg_temp.can('researcher', 'instagram'), 'a role holds on every platform');
select ok(not pg_temp.can('vendor', 'instagram'), 'and none on none');

select tests.act_as('acme', 'creator');
select results_eq('select permission, platform, source from public.user_permissions_view', $$ values ('leads.read', 'instagram', 'override') $$,
  'the view says where it holds');
select is(private.agencies_with('leads.read'), '{}', 'what holds on one platform opens no table');
select is(public.my_permissions() -> 'platforms', '{"instagram": {"leads.read": "allow"}}', 'my_permissions tells of it');
select is(public.my_permissions() -> 'permissions', '[]', 'beside what holds everywhere');

select tests.act_as('acme', 'admin');
select throws_ok(format('select public.set_member_permission(%L, %L, %L, %L, %L)', tests.id('acme'), tests.id('acme/vendor'), 'leads.read', 'allow', 'instagram'),
  'PT403', 'permission_not_held', 'whoever is denied it there passes it on there to nobody');
select throws_ok(format('select public.set_member_permission(%L, %L, %L, %L)', tests.id('acme'), tests.id('acme/vendor'), 'leads.read', 'allow'),
  'PT403', 'permission_not_held', 'nor everywhere');
select throws_ok(format('select public.set_member_permission(%L, %L, %L, null, %L)', tests.id('acme'), tests.id('acme/admin'), 'leads.read', 'instagram'),
  'PT403', 'permission_not_held', 'nor lifts the denial');
select lives_ok(format('select public.set_member_permission(%L, %L, %L, %L, %L)', tests.id('acme'), tests.id('acme/vendor'), 'leads.read', 'allow', 'linkedin'),
  'elsewhere they may');
select throws_like(format('select public.set_member_permission(%L, %L, %L, %L, %L)', tests.id('acme'), tests.id('acme/vendor'), 'leads.read', 'allow', 'In sta'),
  '%member_permissions_platform_is_a_lower_case_word%', 'a platform is a word');

select * from finish();
rollback;
