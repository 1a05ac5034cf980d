begin;
select plan(21);

select tests.create_agency('acme'), tests.create_agency('globex');
select tests.create_campaign('acme', 'Spring');
select tests.create_lead('acme', 'Spring', '{"email": "ada@x.test"}');
select tests.act_as('acme', 'owner');
select public.assign_lead(tests.id('acme/ada@x.test'), 'sales@acme.test');
select public.set_member_permission(tests.id('acme'), tests.id('acme/sales'), 'audit.read', 'allow');
select tests.watch('globex');
-- What somebody who may invite leaves behind: two open invitations, one that was accepted, a key.
select tests.act_as('acme', 'admin');
create temporary table made as
  select n, public.invite_member(tests.id('acme'), n || '@x.test', '{sales}') ->> 'token' as token
    from unnest('{back,joined,other}'::text[]) as n;
select public.create_api_key(tests.id('acme'), 'Form', '{leads.create}');
select tests.act_as('acme', 'owner');
create temporary table of_the_owner as
  select public.invite_member(tests.id('acme'), 'kept@x.test', '{sales}') ->> 'token' as token;
select tests.act_as_postgres();
update public.invitations set accepted_at = now() where email = 'joined@x.test';
select tests.new_events();

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
select is((select (k -> 'created_by_member')::boolean from jsonb_array_elements(public.list_api_keys(tests.id('acme')) -> 'items') as k),
  true, 'a key says that its maker is a member');
select isnt(public.remove_member(tests.id('acme'), tests.id('acme/admin')), null, 'somebody who invites is removed');
select results_eq($$ select e ->> 'email', e ->> 'status' from jsonb_array_elements(public.list_invitations(tests.id('acme')) -> 'items') as e order by 1 $$,
  $$ values ('back@x.test', 'revoked'), ('joined@x.test', 'accepted'), ('kept@x.test', 'open'), ('other@x.test', 'revoked') $$,
  'and with them the open invitations they made');
select is(jsonb_array_length(e.before -> 'revoked_invitations'), 2, 'the event names them')
  from public.audit_log as e where e.action = 'member.removed' and e.entity_id = tests.id('acme/admin');
select results_eq($$ select k ->> 'created_by_email', k ->> 'created_by_member', k ->> 'revoked_at' from jsonb_array_elements(public.list_api_keys(tests.id('acme')) -> 'items') as k $$,
  $$ values ('admin@acme.test', 'false', null) $$, 'a key goes on, and says that its maker has gone');
select throws_ok(format('select public.get_invitation(%L)', token), 'PT404', 'invitation_not_open', 'a token they kept opens nothing')
  from made where n = 'back';

select tests.act_as('globex', 'owner');
select throws_ok(format('select public.remove_member(%L, %L)', tests.id('acme'), tests.id('acme/coach')), 'PT404', 'agency_not_found',
  'another agency''s owner meets nothing');
select tests.act_as_postgres();
select is(count(*), 0::bigint, 'roles and overrides went with the seat')
  from public.member_permissions where user_id = tests.id('acme/sales');
select tests.is_untouched('globex');

select * from finish();
rollback;
