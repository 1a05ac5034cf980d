-- The policy's shortcut for whoever reads everything everywhere trusts what is kept of permissions: where
-- a row of that were missing, nothing may be shown, and what is not held must not count.
begin;
select plan(8);

select tests.create_agency('acme'), tests.create_agency('globex');
insert into public.memberships (agency_id, user_id) values (tests.id('globex'), tests.id('acme/owner'));
insert into public.membership_roles values (tests.id('globex'), tests.id('acme/owner'), 'manager');
select tests.create_campaign(s, 'One') from unnest('{acme,globex}'::text[]) as s;
select tests.create_lead(s, 'One', jsonb_build_object('email', s || '@x.test')) from unnest('{acme,globex}'::text[]) as s;

create function pg_temp.seen() returns text[] language sql as $$
  select array(select email::text from public.leads order by 1)
$$;
grant execute on function pg_temp.seen() to public;

select tests.act_as('acme', 'owner');
select is(private.holds_everywhere('leads.read'), true, 'who reads all leads of both agencies does everywhere');
select is(pg_temp.seen(), '{acme@x.test,globex@x.test}', 'and sees both');

select tests.act_as_postgres();
delete from private.effective_permissions where agency_id = tests.id('globex') and user_id = tests.id('acme/owner');
select tests.act_as('acme', 'owner');
select is(pg_temp.seen(), '{acme@x.test}', 'nothing of the agency whose row is missing');
select tests.act_as_postgres();
delete from private.effective_permissions where user_id = tests.id('acme/owner');
select tests.act_as('acme', 'owner');
select is(pg_temp.seen(), '{}', 'nothing at all without any');

select tests.act_as_postgres();
select private.refresh_permissions(array[tests.id('acme'), tests.id('globex')]);
update public.memberships set status = 'suspended' where agency_id = tests.id('globex') and user_id = tests.id('acme/owner');
select tests.act_as('acme', 'owner');
select is(private.holds_everywhere('leads.read'), true, 'where nothing is held, as when suspended, does not count');
select is(pg_temp.seen(), '{acme@x.test}', 'and shows nothing');

select tests.act_as_postgres();
update public.memberships set status = 'active' where agency_id = tests.id('globex') and user_id = tests.id('acme/owner');
update public.membership_roles set role = 'sales' where agency_id = tests.id('globex') and user_id = tests.id('acme/owner');
select tests.act_as('acme', 'owner');
select is(private.holds_everywhere('leads.read'), false, 'something else does');
select is(pg_temp.seen(), '{acme@x.test}', 'and shows what it is for');

select * from finish();
rollback;
