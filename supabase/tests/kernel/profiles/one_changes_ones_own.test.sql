begin;
select plan(14);

select tests.create_agency('acme');
select tests.create_agency('globex');

select tests.act_as('acme', 'sales');
select bag_eq($$ select id from public.profiles $$,
  $$ select user_id from public.memberships where agency_id = tests.id('acme') $$, 'a member sees their colleagues');
update public.profiles set full_name = 'Changed', preferences = '{"theme": "dark"}';
select tests.act_as_postgres();
select results_eq(
  $$ select id, preferences from public.profiles where full_name = 'Changed' $$,
  $$ values (tests.id('acme/sales'), '{"theme": "dark"}'::jsonb) $$, 'and changes just their own profile');

select tests.act_as('acme', 'sales');
select throws_ok(format($$ update public.profiles set %s where id = tests.id('acme/sales') $$, s), '42501', null,
  'not ' || s)
  from unnest('{id = gen_random_uuid(),email = ''x@y.test'',active_agency_id = null,created_at = now()}'::text[]) as s;
select throws_ok($$ delete from public.profiles $$, '42501', null, 'nor delete it');
select throws_like($$ update public.profiles set avatar_url = 'javascript:alert(1)' where id = tests.id('acme/sales') $$,
  '%profiles_avatar_url_is_https%', 'a picture has a safe address');
select throws_ok(format($$ update public.profiles set timezone = %L where id = tests.id('acme/sales') $$, zone),
  'PT422', 'timezone_unknown', says)
  from (values ('Mars/Olympus', 'a time zone is a known one'), ('XYZ5', 'and not whatever a cast would take'),
    ('', 'nor none')) as v (zone, says);
update public.profiles set timezone = 'Europe/Lisbon' where id = tests.id('acme/sales');
select is((select timezone from public.profiles where id = tests.id('acme/sales')), 'Europe/Lisbon', 'such as this');

select tests.act_as('acme', 'client');
select results_eq($$ select id from public.profiles $$, $$ values (tests.id('acme/client')) $$,
  'who may not see members sees oneself');
select tests.act_as_anon();
select throws_ok($$ select from public.profiles $$, '42501', null, 'anon sees nobody');

select * from finish();
rollback;
