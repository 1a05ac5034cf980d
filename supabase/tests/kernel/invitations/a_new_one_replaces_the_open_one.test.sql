begin;
select plan(8);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.act_as('acme', 'owner');
create temporary table invited as
  select 1 as n, public.invite_member(tests.id('acme'), 'new@example.test', '{sales}') as invitation;
insert into invited select 2, public.invite_member(tests.id('acme'), 'NEW@example.test', '{researcher}');
select tests.act_as('globex', 'owner');
insert into invited select 3, public.invite_member(tests.id('globex'), 'new@example.test', '{sales}');

select tests.act_as('acme', 'owner');
select is(jsonb_path_query_array(public.list_invitations(), '$.items[*].status') @> '["open", "revoked"]', true,
  'the earlier invitation of the same address is revoked');
select is(public.list_invitations() -> 'total', '2', 'both are listed');

select tests.act_as_postgres();
select throws_ok(
  $$ select tests.create_user('new@example.test', jsonb_build_object(
       'invitation_token', (select invitation ->> 'token' from invited where n = 1))) $$,
  'PT404', 'invitation_not_open', 'its token works no more');
select lives_ok(
  $$ select tests.create_user('new@example.test', jsonb_build_object(
       'invitation_token', (select invitation ->> 'token' from invited where n = 2))) $$,
  'the later one does');
select results_eq(
  $$ select role from public.membership_roles where user_id = tests.id('new@example.test') $$,
  $$ values ('researcher') $$, 'with its roles');

select tests.act_as_user(tests.id('new@example.test'));
select is(
  public.accept_invitation((select invitation ->> 'token' from invited where n = 3)) -> 'roles', '["sales"]',
  'another agency''s invitation of the same address is not concerned');

-- Whoever left can be invited again; what is over stays as it was.
select tests.act_as_postgres();
create temporary table over as select id, accepted_at, revoked_at - interval '1 hour' as revoked_at from public.invitations where agency_id = tests.id('acme');
update public.invitations as i set revoked_at = o.revoked_at from over as o where o.id = i.id;
delete from public.memberships where agency_id = tests.id('acme') and user_id = tests.id('new@example.test');
select tests.act_as('acme', 'owner');
select is(public.invite_member(tests.id('acme'), 'new@example.test', '{sales}') ->> 'status', 'open', 'who left is invited again');
select tests.act_as_postgres();
select results_eq('select i.id, i.accepted_at, i.revoked_at from public.invitations as i join over using (id) order by i.id',
  'select id, accepted_at, revoked_at from over order by id', 'invitations that are over stay as they were');

select * from finish();
rollback;
