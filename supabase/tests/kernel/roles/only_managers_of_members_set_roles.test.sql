begin;
select plan(17);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.watch('acme');

create function pg_temp.refusal(role text, slug text default 'acme') returns text language plpgsql as $$
begin
  perform tests.act_as(slug, role);
  perform public.set_member_roles(tests.id('acme'), tests.id('acme/sales'), '{admin}');
  return 'allowed';
exception when others then
  return sqlerrm;
end;
$$;

select is(pg_temp.refusal(r.role), 'permission_denied', format('%s may not', r.role))
  from public.roles as r
 where not exists (
   select from public.role_permissions as p where p.role = r.role and p.permission = 'members.manage')
 order by r.position;
select tests.act_as_postgres();
select is(pg_temp.refusal('owner', 'globex'), 'agency_not_found', 'another agency''s owner may not');
select tests.act_as('acme', 'sales');
select throws_ok($$ insert into public.membership_roles values (tests.id('acme'), tests.id('acme/sales'), 'owner') $$,
  '42501', null, 'nobody writes roles directly');
select throws_ok($$ update public.memberships set client_id = null $$, '42501', null, 'or seats');

select tests.act_as_postgres();
select tests.is_untouched('acme');

select * from finish();
rollback;
