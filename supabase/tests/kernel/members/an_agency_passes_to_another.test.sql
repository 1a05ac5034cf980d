begin;
select plan(11);

select tests.create_agency('acme'), tests.create_agency('globex');
select tests.act_as('acme', 'admin');
select throws_ok(format('select public.transfer_agency(%L, %L)', tests.id('acme'), tests.id('acme/admin')), 'PT403', 'permission_denied',
  'an admin does not take it');
select tests.act_as('acme', 'owner');
select public.set_member_permission(tests.id('acme'), tests.id('acme/manager'), 'leads.delete', 'deny');
select public.suspend_member(tests.id('acme'), tests.id('acme/coach'));
select tests.new_events();
select throws_ok(format('select public.transfer_agency(%L, %L)', tests.id('acme'), tests.id('acme/coach')), 'PT409',
  'transfer_needs_another_active_member', 'it passes to nobody suspended');
select throws_ok(format('select public.transfer_agency(%L, %L)', tests.id('acme'), tests.id('globex/owner')), 'PT404', 'member_not_found',
  'to no outsider');
select throws_ok(format('select public.transfer_agency(%L, %L)', tests.id('acme'), tests.id('acme/manager')), 'PT409',
  'owner_holds_everything', 'to nobody who is denied something');
select throws_ok(format('select public.set_member_roles(%L, %L, %L)', tests.id('acme'), tests.id('acme/manager'), '{owner}'), 'PT409',
  'owner_holds_everything', 'who is made no owner in another way either');
select is_empty('select from tests.new_events()', 'what is refused leaves no event');

select is(public.transfer_agency(tests.id('acme'), tests.id('acme/sales')) -> 'roles', '["owner", "sales"]', 'it passes to a member');
select results_eq($$ select action, entity_id, before, after from tests.new_events() $$,
  $$ values ('agency.transferred', tests.id('acme'), '{"roles": ["sales"]}'::jsonb, '{"roles": ["owner", "sales"]}'::jsonb) $$,
  'one event tells of it');
select is(public.my_permissions() -> 'roles', '["admin"]', 'who had it stays as admin');
select throws_ok(format('select public.archive_agency(%L)', tests.id('acme')), 'PT403', 'permission_denied', 'with the next statement');
select tests.act_as('acme', 'sales');
select lives_ok(format('select public.archive_agency(%L)', tests.id('acme')), 'and the new owner holds everything');

select * from finish();
rollback;
