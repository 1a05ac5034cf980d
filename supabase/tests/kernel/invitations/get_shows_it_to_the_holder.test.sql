begin;
select plan(6);

select tests.create_agency('acme');
insert into public.invitations (agency_id, email, roles, token_hash, expires_at, accepted_at, revoked_at)
values
  (tests.id('acme'), 'open@example.test', '{sales,analyst}', private.hash_token('open'), '2100-01-01Z', null, null),
  (tests.id('acme'), 'used@example.test', '{sales}', private.hash_token('used'), '2100-01-01Z', now(), null),
  (tests.id('acme'), 'revoked@example.test', '{sales}', private.hash_token('revoked'), '2100-01-01Z', null, now()),
  (tests.id('acme'), 'expired@example.test', '{sales}', private.hash_token('expired'), now(), null, null);

select tests.act_as_anon();
select is(public.get_invitation('open'),
  jsonb_build_object('agency_name', 'acme', 'email', 'open@example.test', 'roles', '["sales", "analyst"]'::jsonb,
    'expires_at', '2100-01-01Z'::timestamptz),
  'whoever holds the token sees what it offers and nothing else, before signing up');
select throws_ok(format($$ select public.get_invitation(%L) $$, t), 'PT404', 'invitation_not_open',
  format('a token that is %s shows nothing', coalesce(t, 'missing')))
  from unnest(array['used', 'revoked', 'expired', 'unknown', null]) as t;

select * from finish();
rollback;
