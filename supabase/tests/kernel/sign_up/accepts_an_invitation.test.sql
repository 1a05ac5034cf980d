begin;
select plan(6);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.act_as('acme', 'owner');
create temporary table invited as
  select public.invite_member(tests.id('acme'), 'Ada@Example.test', '{sales,researcher}') as invitation;
select tests.act_as_postgres();
select tests.watch('globex');
select tests.new_events();

select tests.create_user('ada@example.TEST', jsonb_build_object(
  'full_name', 'Ada', 'agency_name', 'Ignored', 'invitation_token', (select invitation ->> 'token' from invited)));

select results_eq(
  $$ select m.agency_id, m.status::text, r.role from public.memberships as m
       join public.membership_roles as r using (agency_id, user_id)
      where m.user_id = tests.id('ada@example.TEST') order by r.role $$,
  $$ values (tests.id('acme'), 'active', 'researcher'), (tests.id('acme'), 'active', 'sales') $$,
  'the sign-up takes the invited seat with the invited roles, whatever the case of the address');
select is(active_agency_id, tests.id('acme'), 'the agency is the active one')
  from public.profiles where id = tests.id('ada@example.TEST');
select is_empty($$ select from public.agencies where name = 'Ignored' $$,
  'an invitation goes before a name: no agency is founded');
select isnt(accepted_at, null, 'the invitation is used up')
  from public.invitations where id = (select (invitation ->> 'id')::uuid from invited);
select results_eq(
  $$ select agency_id, action, entity_id, after -> 'roles' from tests.new_events() $$,
  $$ select tests.id('acme'), 'invitation.accepted', (invitation ->> 'id')::uuid, '["researcher", "sales"]'::jsonb
       from invited $$,
  'one audit event tells of it');
select tests.is_untouched('globex');

select * from finish();
rollback;
