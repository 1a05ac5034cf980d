begin;
select plan(4);

select tests.create_agency('acme');
insert into public.member_permissions (agency_id, user_id, permission, effect)
values (tests.id('acme'), tests.id('acme/creator'), 'leads.read', 'allow');
create function pg_temp.may(member text) returns boolean language plpgsql as $$
declare
  v_may boolean;
begin
  perform tests.act_as('acme', may.member);
  v_may := private.can(tests.id('acme'), 'leads.read');
  perform tests.act_as_postgres();
  return v_may;
end;
$$;

select is(pg_temp.may('creator'), true, 'an override');
update public.member_permissions set effect = 'deny';
select is(pg_temp.may('creator'), false, 'that an operator turns round works at once');
update public.member_permissions set user_id = tests.id('acme/client'), effect = 'allow';
select is(pg_temp.may('client'), true, 'and for whom it comes to');
update public.member_permissions set user_id = tests.id('acme/sales');
select is(pg_temp.may('client'), false, 'as for whom it leaves');

select * from finish();
rollback;
