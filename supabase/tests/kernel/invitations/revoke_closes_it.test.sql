begin;
select plan(11);

select tests.create_agency('acme');
select tests.create_agency('globex');
insert into public.invitations (agency_id, email, roles, token_hash, accepted_at)
values (tests.id('acme'), 'open@example.test', '{sales}', private.hash_token('open'), null),
       (tests.id('acme'), 'used@example.test', '{sales}', private.hash_token('used'), now());
select tests.remember(email::text, id) from public.invitations;
select tests.watch('acme');

select tests.act_as('globex', 'owner');
select throws_ok($$ select public.revoke_invitation(tests.id('open@example.test')) $$,
  'PT404', 'invitation_not_found', 'another agency''s owner does not find it');
select tests.act_as('acme', 'manager');
select throws_ok($$ select public.revoke_invitation(tests.id('open@example.test')) $$,
  'PT403', 'permission_denied', 'who does not manage members may not');
select tests.act_as('acme', 'admin');
select throws_ok($$ select public.revoke_invitation(tests.id('used@example.test')) $$,
  'PT409', 'invitation_accepted', 'what was accepted cannot be taken back');
select throws_ok($$ select public.revoke_invitation(gen_random_uuid()) $$,
  'PT404', 'invitation_not_found', 'what is not there is not found');
select tests.is_untouched('acme');

select tests.new_events();
select is(public.revoke_invitation(tests.id('open@example.test')) ->> 'status', 'revoked', 'an open one is revoked');
select results_eq(
  $$ select agency_id, action, entity_id, before, after - 'revoked_at' from tests.new_events() $$,
  $$ values (tests.id('acme'), 'invitation.revoked', tests.id('open@example.test'),
       '{"status": "open", "revoked_at": null}'::jsonb, '{"status": "revoked"}'::jsonb) $$,
  'one audit event tells just the difference');
select is(public.revoke_invitation(tests.id('open@example.test')) ->> 'status', 'revoked', 'again changes nothing');
select tests.act_as_anon();
select throws_ok($$ select public.get_invitation('open') $$, 'PT404', 'invitation_not_open', 'its token shows nothing');
select throws_ok($$ select public.revoke_invitation(tests.id('open@example.test')) $$, '42501', null, 'anon may not');

select tests.act_as_postgres();
select is(accepted_at is not null and revoked_at is null, true, 'no other invitation is concerned')
  from public.invitations where id = tests.id('used@example.test');

select * from finish();
rollback;
