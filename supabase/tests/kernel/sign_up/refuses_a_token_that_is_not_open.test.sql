begin;
select plan(9);

select tests.create_agency('acme');
insert into public.invitations (agency_id, email, roles, token_hash, expires_at, accepted_at, revoked_at)
values
  (tests.id('acme'), 'used@example.test', '{sales}', private.hash_token('used'), now() + interval '1 day', now(), null),
  (tests.id('acme'), 'expired@example.test', '{sales}', private.hash_token('expired'), now(), null, null),
  (tests.id('acme'), 'revoked@example.test', '{sales}', private.hash_token('revoked'), now() + interval '1 day', null, now());
select tests.watch('acme');

select throws_ok(
  format($$ select tests.create_user('%1$s@example.test', '{"invitation_token": "%1$s", "agency_name": "Mine"}') $$, t),
  'PT404', 'invitation_not_open', format('a token that is %s lets nobody in', t))
  from unnest('{used,expired,revoked,unknown}'::text[]) as t;

select is_empty($$ select from auth.users where email like '%@example.test' $$, 'no user is left behind');
select is_empty($$ select from public.profiles where email like '%@example.test' $$, 'nor a profile');
select is_empty($$ select from public.agencies where name = 'Mine' $$,
  'nor an agency founded in the invitation''s place');
select tests.is_untouched('acme');

update public.invitations set expires_at = now() + interval '1 second' where email = 'expired@example.test';
select lives_ok(
  $$ select tests.create_user('expired@example.test', '{"invitation_token": "expired"}') $$,
  'a token works until the moment it expires');

select * from finish();
rollback;
