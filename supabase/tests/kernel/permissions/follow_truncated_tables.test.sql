begin;
select plan(4);

select tests.create_agency('acme');
create function pg_temp.may(role text) returns boolean language plpgsql as $$
declare
  v_may boolean;
begin
  perform tests.act_as('acme', may.role);
  v_may := private.can(tests.id('acme'), 'leads.read');
  perform tests.act_as_postgres();
  return v_may;
end;
$$;

insert into public.member_permissions (agency_id, user_id, permission, effect)
values (tests.id('acme'), tests.id('acme/creator'), 'leads.read', 'allow');
select is(array[pg_temp.may('creator'), pg_temp.may('manager')], '{t,t}', 'one by an override, one by a role');
truncate public.member_permissions;
select is(pg_temp.may('creator'), false, 'overrides that an operator truncates are gone at once');
select is(pg_temp.may('manager'), true, 'and nothing else');
truncate public.membership_roles;
select is(pg_temp.may('manager'), false, 'as are roles');

select * from finish();
rollback;
