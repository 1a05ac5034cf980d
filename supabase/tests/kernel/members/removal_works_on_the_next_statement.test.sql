begin;
select plan(15);

select tests.create_agency('acme'), tests.create_agency('globex');
select tests.create_campaign('acme', 'Spring');
select tests.create_lead('acme', 'Spring', '{"email": "ada@x.test"}');
select tests.act_as('acme', 'owner');
select public.assign_lead(tests.id('acme/ada@x.test'), 'sales@acme.test');
select public.set_member_permission(tests.id('acme'), tests.id('acme/sales'), 'audit.read', 'allow');
select tests.watch('globex'), tests.new_events();

select tests.act_as('acme', 'sales');
select is((select count(*) from public.leads), 1::bigint, 'sales reads what is assigned');
select tests.act_as('acme', 'admin');
select is(public.remove_member(tests.id('acme'), tests.id('acme/sales')) -> 'roles', '["sales"]', 'removed, and answered as they were');
select results_eq($$ select action, entity_id from tests.new_events() $$,
  $$ values ('member.removed', tests.id('acme/sales')) $$, 'one event tells of it');
select tests.act_as('acme', 'sales');
select is((select count(*) from public.leads), 0::bigint, 'the next statement sees no lead');
select is((select count(*) from public.memberships), 0::bigint, 'no seat');
select is((select count(*) from public.audit_log), 0::bigint, 'and nothing an override allowed');
select throws_ok('select public.my_permissions()', 'PT400', 'agency_required', 'the agency is no longer the active one');
select is((tests.lead('acme/ada@x.test')).assigned_to, null, 'what was assigned is free again');

select tests.act_as('acme', 'analyst');
select throws_ok(format('select public.remove_member(%L, %L)', tests.id('acme'), tests.id('acme/coach')), 'PT403', 'permission_denied',
  'whoever manages no members removes none');
select lives_ok(format('select public.remove_member(%L, %L)', tests.id('acme'), tests.id('acme/analyst')), 'but everyone may leave');
select throws_ok(format('select public.remove_member(%L, %L)', tests.id('acme'), tests.id('acme/analyst')), 'PT404', 'agency_not_found', 'once');

select tests.act_as('acme', 'owner');
select throws_ok(format('select public.remove_member(%L, %L)', tests.id('acme'), tests.id('acme/owner')), 'PT409', 'last_owner',
  'the last owner cannot leave');
select tests.act_as('globex', 'owner');
select throws_ok(format('select public.remove_member(%L, %L)', tests.id('acme'), tests.id('acme/coach')), 'PT404', 'agency_not_found',
  'another agency''s owner meets nothing');
select tests.act_as_postgres();
select is(count(*), 0::bigint, 'roles and overrides went with the seat')
  from public.member_permissions where user_id = tests.id('acme/sales');
select tests.is_untouched('globex');

select * from finish();
rollback;
