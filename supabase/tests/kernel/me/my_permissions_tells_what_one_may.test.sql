begin;
select plan(19);

select tests.create_agency('acme');
select tests.create_agency('globex');

create function pg_temp.permissions_of(role text) returns text[] language plpgsql as $$
begin
  perform tests.act_as('acme', role);
  return array(select jsonb_array_elements_text(public.my_permissions() -> 'permissions'));
end;
$$;
select is(pg_temp.permissions_of(r.role),
  array(select p.permission from public.role_permissions as p where p.role = r.role order by p.permission),
  format('%s has what the role gives', r.role))
  from public.roles as r order by r.position;

select tests.act_as('acme', 'sales');
select is(public.my_permissions(tests.id('acme')), public.my_permissions(), 'the active agency is meant where none is named');
select throws_ok($$ select public.my_permissions(tests.id('globex')) $$, 'PT404', 'agency_not_found',
  'nothing is told about another agency');
select is(public.my_permissions() ->> 'agency_id', tests.id('acme')::text, 'the answer names the agency');
select tests.act_as_anon();
select throws_ok($$ select public.my_permissions() $$, '42501', null, 'anon holds none');

select * from finish();
rollback;
