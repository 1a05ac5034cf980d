begin;
select plan(7);

select tests.create_agency('acme'), tests.create_agency('globex');
-- A lock on a row is written into its xmax, also by a statement that then fails. A new version of the
-- row shows at most that others refer to it.
update public.agencies set name = name where id = tests.id('acme');
create temporary table before as select a.xmax::text as lock from public.agencies as a where a.id = tests.id('acme');

select tests.act_as('globex', 'owner');
select throws_ok(call, 'PT404', 'agency_not_found', 'another agency''s owner changes no member: ' || call)
  from unnest(array[
    'select public.remove_member(tests.id(''acme''), tests.id(''acme/sales''))',
    'select public.suspend_member(tests.id(''acme''), tests.id(''acme/sales''))',
    'select public.set_member_roles(tests.id(''acme''), tests.id(''acme/sales''), ''{analyst}'')',
    'select public.set_member_permission(tests.id(''acme''), tests.id(''acme/sales''), ''leads.read'', ''deny'')',
    'select public.transfer_agency(tests.id(''acme''), tests.id(''globex/owner''))']) as call;
select throws_ok($$ select public.delete_user(tests.id('acme/sales')) $$, 'PT403', 'staff_required', 'and deletes no user');

select tests.act_as_postgres();
select is(a.xmax::text, (select lock from before), 'none of it has locked the agency, whose members others may be changing')
  from public.agencies as a where a.id = tests.id('acme');

select * from finish();
rollback;
