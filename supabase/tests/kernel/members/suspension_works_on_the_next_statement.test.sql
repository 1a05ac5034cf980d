-- One session, one token: only the membership changes in between.
begin;
select plan(16);

select tests.create_agency('acme'), tests.create_agency('globex');
select tests.create_campaign('acme', 'Spring');
select tests.create_lead('acme', 'Spring', '{"email": "ada@x.test"}');
select tests.create_key('acme', '{leads.read}');
select tests.watch('globex'), tests.new_events();

select tests.act_as('acme', 'manager');
select is((select count(*) from public.leads), 1::bigint, 'a manager reads leads');
select tests.act_as('acme', 'admin');
select is(public.suspend_member(tests.id('acme'), tests.id('acme/manager')) ->> 'status', 'suspended', 'is suspended');
select results_eq(
  $$ select action, entity_id, before, after from tests.new_events() $$,
  $$ values ('member.suspended', tests.id('acme/manager'), '{"status": "active"}'::jsonb, '{"status": "suspended"}'::jsonb) $$,
  'which the log tells');
select tests.act_as('acme', 'manager');
select is((select count(*) from public.leads), 0::bigint, 'and reads none with the next statement');
select throws_ok(format('select public.get_lead(%L)', tests.id('acme/ada@x.test')), 'PT404', 'lead_not_found', 'nor by a procedure');
select throws_ok(format('select public.create_campaign(%L, %L, %L)', 'Mine', '{}', tests.id('acme')), 'PT404', 'agency_not_found', 'and writes nothing');
select is((select count(*) from public.memberships), 1::bigint, 'their own seat is all they see');

select tests.act_as('acme', 'admin');
select is(public.suspend_member(tests.id('acme'), tests.id('acme/manager'), false) ->> 'status', 'active', 'reinstated');
select tests.act_as('acme', 'manager');
select is((select count(*) from public.leads), 1::bigint, 'everything is back, roles included');

select tests.act_as('acme', 'admin');
select throws_ok(format('select public.suspend_member(%L, %L)', tests.id('acme'), tests.id('acme/owner')), 'PT403', 'owner_required',
  'an admin suspends no owner');
select throws_ok(format('select public.suspend_member(%L, %L)', tests.id('acme'), tests.id('globex/sales')), 'PT404', 'member_not_found',
  'nor another agency''s member');

select tests.act_as('acme', 'admin');
select isnt(public.invite_member(tests.id('acme'), 'back@x.test', '{sales}'), null, 'an admin invites');
select tests.act_as('acme', 'owner');
select tests.new_events();
select isnt(public.suspend_member(tests.id('acme'), tests.id('acme/admin')), null, 'and is suspended');
select results_eq($$ select e.after -> 'revoked_invitations' from tests.new_events() as e $$,
  $$ select jsonb_build_array(i.id) from public.invitations as i where i.email = 'back@x.test' and i.revoked_at is not null $$,
  'with that the invitation is revoked, which the event tells');
select tests.act_as_postgres();
update public.api_keys set created_by = tests.id('acme/admin');
select is((select private.api_key_document(k) -> 'created_by_member' from public.api_keys as k), 'false', 'a key of theirs says that its maker is no active member');
select tests.is_untouched('globex');

select * from finish();
rollback;
