begin;
select plan(5);

select tests.create_agency('acme');
create function pg_temp.may() returns boolean language plpgsql as $$
declare
  v_may boolean;
begin
  perform tests.act_as('acme', 'creator');
  v_may := private.can(tests.id('acme'), 'leads.read');
  perform tests.act_as_postgres();
  return v_may;
end;
$$;

select is(pg_temp.may(), false, 'a role without the permission');
insert into public.role_permissions (role, permission) values ('creator', 'leads.read');
select is(pg_temp.may(), true, 'is given it, and its members hold it at once');
update public.role_permissions set role = 'sales' where role = 'creator' and permission = 'leads.read';
select is(pg_temp.may(), false, 'it passes to another role');
update public.role_permissions set role = 'creator' where role = 'sales' and permission = 'leads.read';
delete from public.role_permissions where role = 'creator';
select is(pg_temp.may(), false, 'or is taken');
insert into public.role_permissions (role, permission) values ('creator', 'leads.read');
truncate public.role_permissions;
select is(pg_temp.may(), false, 'with all the others, too');

select * from finish();
rollback;
