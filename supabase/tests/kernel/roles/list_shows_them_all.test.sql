begin;
select plan(6);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.act_as('acme', 'sales');

select is(jsonb_path_query_array(public.list_roles(), '$[*].role'),
  (select jsonb_agg(role order by position) from public.roles), 'every role in the order of rank');
select is(
  (select jsonb_agg(p order by p) from jsonb_array_elements(public.list_roles()) as r,
     jsonb_array_elements(r -> 'permissions') as p where r ->> 'role' = 'sales'),
  (select jsonb_agg(permission order by permission) from public.role_permissions where role = 'sales'),
  'with its permissions');
select is(jsonb_path_query_array(public.list_roles(), '$[*].is_system'),
  (select jsonb_agg(true) from public.roles), 'all of them the system''s');

select tests.act_as('acme', 'client');
select throws_ok($$ select public.list_roles() $$, 'PT403', 'permission_denied', 'who sees no members sees no roles');
select tests.act_as('globex', 'owner');
select throws_ok($$ select public.list_roles(tests.id('acme')) $$, 'PT404', 'agency_not_found', 'nor does an outsider');
select tests.act_as_anon();
select throws_ok($$ select public.list_roles(tests.id('acme')) $$, '42501', null, 'nor anon');

select * from finish();
rollback;
