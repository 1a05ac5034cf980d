begin;
select plan(5);

select tests.create_agency('acme');
insert into public.membership_roles values (tests.id('acme'), tests.id('acme/creator'), 'sales'),
  (tests.id('acme'), tests.id('acme/creator'), 'analyst');
-- Stored in another order than told.
update public.membership_roles set role = 'admin' where role = 'sales' and user_id = tests.id('acme/creator');
update public.membership_roles set role = 'sales' where role = 'admin' and user_id = tests.id('acme/creator');

select tests.act_as('acme', 'creator');
select is(public.my_permissions() -> 'roles', '["analyst", "creator", "sales"]', 'a member may hold several roles');
select is(
  array(select jsonb_array_elements_text(public.my_permissions() -> 'permissions')),
  array(select distinct permission from public.role_permissions where role in ('analyst', 'creator', 'sales') order by 1),
  'and holds what any of them gives, each once');
select results_eq(
  $$ select source from public.user_permissions_view
      where user_id = tests.id('acme/creator') and permission = 'members.read' order by source $$,
  $$ values ('analyst'), ('sales') $$, 'the view says where each comes from');

select tests.act_as('acme', 'coach');
select is(public.my_permissions() -> 'permissions', '[]', 'a role without permissions gives none');
select results_eq($$ select distinct user_id from public.user_permissions_view $$, $$ select null::uuid where false $$,
  'and shows nobody''s');

select * from finish();
rollback;
