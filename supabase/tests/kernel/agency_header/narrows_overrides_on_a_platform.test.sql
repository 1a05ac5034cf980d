begin;
select plan(2);

select tests.create_agency('acme'), tests.create_agency('globex');
insert into public.memberships (agency_id, user_id) values (tests.id('globex'), tests.id('acme/creator'));
insert into public.member_permissions (agency_id, user_id, permission, platform, effect)
values (tests.id('acme'), tests.id('acme/creator'), 'leads.read', 'instagram', 'allow');

create function pg_temp.may(agency text) returns boolean language plpgsql as $$
declare
  v_may boolean;
begin
  perform tests.act_as_user(tests.id('acme/creator'), tests.id(may.agency)), set_config('role', 'none', true);
  v_may := private.can_on_platform(tests.id('acme'), 'instagram', 'leads.read');
  perform tests.act_as_postgres();
  return v_may;
end;
$$;
select is(pg_temp.may('acme'), true, 'allowed on one platform, in the agency that the request names');
select is(pg_temp.may('globex'), false, 'not in a request that is about another');

select * from finish();
rollback;
