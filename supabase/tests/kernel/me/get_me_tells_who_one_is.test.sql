begin;
select plan(7);

select tests.create_agency('globex');
select tests.create_agency('acme');
insert into public.memberships (agency_id, user_id, status) values (tests.id('globex'), tests.id('acme/sales'), 'suspended');
insert into public.membership_roles values (tests.id('globex'), tests.id('acme/sales'), 'vendor'),
  (tests.id('globex'), tests.id('acme/sales'), 'admin');
update public.agencies set archived_at = '2026-01-02Z' where slug = 'globex';

select tests.act_as('acme', 'sales');
select is(public.get_me() - '{agencies,permissions,created_at,updated_at}'::text[],
  jsonb_build_object('id', tests.id('acme/sales'), 'email', 'sales@acme.test', 'full_name', 'Sales of acme',
    'avatar_url', null, 'phone', null, 'locale', 'en', 'timezone', 'UTC', 'preferences', '{}'::jsonb,
    'active_agency_id', tests.id('acme'), 'roles', '["sales"]'::jsonb),
  'the profile and the roles in the active agency');
select is(public.get_me() -> 'permissions',
  (select jsonb_agg(permission order by permission) from public.role_permissions where role = 'sales'),
  'the permissions there');
select is(public.get_me() -> 'agencies', jsonb_build_array(
  jsonb_build_object('id', tests.id('acme'), 'name', 'acme', 'slug', 'acme', 'roles', '["sales"]'::jsonb,
    'status', 'active', 'archived_at', null),
  jsonb_build_object('id', tests.id('globex'), 'name', 'globex', 'slug', 'globex', 'roles', '["admin", "vendor"]'::jsonb,
    'status', 'suspended', 'archived_at', '2026-01-02Z'::timestamptz)),
  'all agencies with status and roles, whatever their state');

select tests.act_as_postgres();
update public.profiles set active_agency_id = tests.id('globex') where id = tests.id('acme/sales');
select tests.act_as('acme', 'sales');
select is(public.get_me() -> 'permissions', '[]', 'an active agency one is suspended from gives no permission');
select is(public.get_me() -> 'roles', '[]', 'and no role');

select tests.act_as_postgres();
select tests.create_user('new@example.test');
select tests.act_as_user(tests.id('new@example.test'));
select is(public.get_me() -> 'agencies', '[]', 'who belongs to none has none');
select tests.act_as_anon();
select throws_ok($$ select public.get_me() $$, '42501', null, 'anon is nobody');

select * from finish();
rollback;
