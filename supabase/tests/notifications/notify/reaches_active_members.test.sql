begin;
select plan(9);

select tests.create_agency('acme'), tests.create_agency('globex');
update public.memberships set status = 'suspended' where user_id = tests.id('acme/coach');
delete from public.memberships where user_id = tests.id('acme/student');

-- A program or the system: nobody who acts is among those told.
select private.notify(tests.id('acme'), array[
    tests.id('acme/sales'), tests.id('acme/sales'), tests.id('acme/manager'), tests.id('acme/coach'),
    tests.id('acme/student'), tests.id('globex/owner'), null
  ], 'lead.qualified', 'Something happened', 'In short', '{"lead_id": "x"}');
select results_eq(
  $$ select agency_id, user_id, type, title, body, data, in_app, read_at, emailed_at from public.notifications order by user_id $$,
  $$ select tests.id('acme'), u, 'lead.qualified', 'Something happened', 'In short', '{"lead_id": "x"}'::jsonb, true,
            null::timestamptz, null::timestamptz
       from unnest(array[tests.id('acme/sales'), tests.id('acme/manager')]) as u order by u $$,
  'each active member once; nobody suspended, removed, or of another agency');

select tests.act_as('acme', 'sales');
select is((select count(*) from public.notifications), 1::bigint, 'a member sees their own');
select tests.act_as('acme', 'owner');
select is((select count(*) from public.notifications), 0::bigint, 'an owner sees nobody else''s');
select tests.act_as('globex', 'owner');
select is((select count(*) from public.notifications), 0::bigint, 'another agency sees none');
select throws_ok($$ insert into public.notifications (agency_id, user_id, type, title) values (tests.id('globex'), tests.id('globex/owner'), 'lead.assigned', 'X') $$,
  '42501', null, 'nobody writes one directly');

select tests.act_as_postgres();
update public.memberships set status = 'suspended' where user_id = tests.id('acme/sales');
select tests.act_as('acme', 'sales');
select is((select count(*) from public.notifications), 0::bigint, 'none are in sight while suspended');
select tests.act_as_postgres();
delete from public.memberships where user_id = tests.id('acme/sales');
select is((select count(*) from public.notifications), 1::bigint, 'they are gone with the membership');

update public.agencies set archived_at = now() where id = tests.id('globex');
select private.notify(tests.id('globex'), array[tests.id('globex/sales')], 'lead.qualified', 'X');
select is((select count(*) from public.notifications where agency_id = tests.id('globex')), 0::bigint, 'an archived agency tells nobody');
select throws_ok($$ select private.notify(tests.id('acme'), array[tests.id('acme/owner')], 'no.such', 'X') $$, 'P0002', null,
  'a type that is not known is a fault of the code, not a silence');

select * from finish();
rollback;
