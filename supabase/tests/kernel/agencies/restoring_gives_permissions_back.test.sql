begin;
select plan(10);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_user('suspended@acme.test');
insert into public.memberships (agency_id, user_id, status) values (tests.id('acme'), tests.id('suspended@acme.test'), 'suspended');
insert into public.membership_roles values (tests.id('acme'), tests.id('suspended@acme.test'), 'owner');
update public.agencies set archived_at = now() where id = tests.id('acme');
select tests.watch('acme');
select tests.watch('globex');

select tests.act_as('acme', 'admin');
select throws_ok($$ select public.restore_agency(tests.id('acme')) $$, 'PT403', 'permission_denied',
  'an admin does not restore the agency');
select tests.act_as('globex', 'owner');
select throws_ok($$ select public.restore_agency(tests.id('acme')) $$, 'PT404', 'agency_not_found',
  'nor does the owner of another one');
select tests.act_as_user(tests.id('suspended@acme.test'));
select throws_ok($$ select public.restore_agency(tests.id('acme')) $$, 'PT404', 'agency_not_found',
  'nor a suspended owner');
select tests.act_as_postgres();
select tests.is_untouched('acme');

select tests.new_events();
select tests.act_as('acme', 'owner');
select is((public.restore_agency(tests.id('acme'))).archived_at, null, 'its owner does');
select results_eq(
  $$ select agency_id, action, entity_id from tests.new_events() $$,
  $$ values (tests.id('acme'), 'agency.restored', tests.id('acme')) $$,
  'one audit event tells of it');
select is(
  array(select jsonb_array_elements_text(public.my_permissions() -> 'permissions')),
  array(select permission from public.permissions order by permission),
  'the owner holds every permission again');
select tests.act_as('acme', 'sales');
select ok(public.my_permissions() -> 'permissions' ? 'leads.read_assigned', 'and everybody theirs');
select lives_ok($$ select public.list_leads() $$, 'which works at once');

select tests.act_as_postgres();
select tests.is_untouched('globex');

select * from finish();
rollback;
