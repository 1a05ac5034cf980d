begin;
select plan(9);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.act_as('acme', 'owner');
create temporary table invited as
  select public.invite_member(tests.id('acme'), 'Sales@Globex.test', '{manager,manager}') as invitation;
select tests.act_as_postgres();
select tests.watch('globex');
select tests.new_events();

select tests.act_as('globex', 'sales');
create temporary table accepted as
  select public.accept_invitation(invitation ->> 'token') as member from invited;
select is(member - '{created_at,avatar_url,title,full_name}'::text[],
  jsonb_build_object('user_id', tests.id('globex/sales'), 'email', 'sales@globex.test', 'status', 'active',
    'client_id', null, 'roles', '["manager"]'::jsonb, 'overrides', '[]'::jsonb),
  'whoever accepts is answered as a member with the invited roles, each once') from accepted;
select is(public.my_permissions() ->> 'agency_id', tests.id('acme')::text, 'the agency is the active one');
select ok(public.my_permissions() -> 'permissions' ? 'campaigns.write', 'whose permissions hold at once');
select is(public.my_permissions(tests.id('globex')) -> 'roles', '["sales"]', 'what was theirs before stays');
select results_eq(
  $$ select agency_id, action, entity_id, actor_id from tests.new_events() $$,
  $$ select tests.id('acme'), 'invitation.accepted', (invitation ->> 'id')::uuid, tests.id('globex/sales') from invited $$,
  'one audit event tells of it');
select throws_ok($$ select public.accept_invitation(invitation ->> 'token') from invited $$,
  'PT404', 'invitation_not_open', 'a token works once');

select tests.act_as('acme', 'owner');
select is(jsonb_path_query_array(public.list_invitations(), '$.items[*].status'), '["accepted"]', 'the invitation is used up');

select tests.act_as_postgres();
select tests.is_untouched('globex');
select is(count(*), 1::bigint, 'there is one seat')
  from public.memberships where agency_id = tests.id('acme') and user_id = tests.id('globex/sales');

select * from finish();
rollback;
