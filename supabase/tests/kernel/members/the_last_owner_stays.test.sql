begin;
select plan(9);

select tests.create_agency('acme');
select tests.act_as('acme', 'owner');
create function pg_temp.try(statement text) returns text language plpgsql as $$
begin
  execute format(statement, tests.id('acme'), tests.id('acme/owner'));
  return 'allowed';
exception when others then
  return sqlstate || ' ' || sqlerrm;
end;
$$;
select is(pg_temp.try('select public.suspend_member(%L, %L)'), 'PT409 last_owner', 'the last owner is not suspended');
select is(pg_temp.try('select public.remove_member(%L, %L)'), 'PT409 last_owner', 'not removed');
select is(pg_temp.try('select public.set_member_roles(%L, %L, ''{admin}'')'), 'PT409 last_owner', 'not demoted');
select is(pg_temp.try('select public.set_member_permission(%L, %L, ''agency.transfer'', ''deny'')'), 'PT409 owner_holds_everything',
  'and denied nothing');
select is(pg_temp.try('select public.transfer_agency(%L, %L)'), 'PT409 transfer_needs_another_active_member', 'nor handed over to themselves');

select public.set_member_roles(tests.id('acme'), tests.id('acme/admin'), '{owner}');
select public.suspend_member(tests.id('acme'), tests.id('acme/admin'));
select is(pg_temp.try('select public.remove_member(%L, %L)'), 'PT409 last_owner', 'a suspended owner does not count');
select public.suspend_member(tests.id('acme'), tests.id('acme/admin'), false);
select is(pg_temp.try('select public.remove_member(%L, %L)'), 'allowed', 'with another active owner everyone may go');
select tests.act_as('acme', 'admin');
select is(public.my_permissions() -> 'permissions' ? 'agency.transfer', true, 'who holds everything then');
select throws_ok(format('select public.suspend_member(%L, %L)', tests.id('acme'), tests.id('acme/admin')), 'PT409', 'last_owner', 'and stays in turn');

select * from finish();
rollback;
