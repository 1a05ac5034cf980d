begin;
select plan(9);

select tests.create_agency('acme');
select tests.create_agency('globex');
insert into public.invitations (agency_id, email, roles, token_hash, expires_at, accepted_at, revoked_at)
values
  (tests.id('acme'), 'sales@globex.test', '{sales}', private.hash_token('used'), now() + interval '1 day', now(), null),
  (tests.id('acme'), 'sales@globex.test', '{sales}', private.hash_token('revoked'), now() + interval '1 day', null, now()),
  (tests.id('acme'), 'manager@globex.test', '{sales}', private.hash_token('expired'), now(), null, null),
  (tests.id('acme'), 'sales@globex.test', '{sales}', private.hash_token('open'), now() + interval '1 day', null, null),
  (tests.id('acme'), 'sales@acme.test', '{admin}', private.hash_token('member'), now() + interval '1 day', null, null);
select tests.watch('acme');
select tests.watch('globex');

select tests.act_as('globex', 'sales');
select throws_ok(format($$ select public.accept_invitation(%L) $$, t), 'PT404', 'invitation_not_open',
  format('a token that is %s is refused', coalesce(t, 'missing')))
  from unnest(array['used', 'revoked', 'unknown', null]) as t;
select tests.act_as('globex', 'manager');
select throws_ok($$ select public.accept_invitation('expired') $$, 'PT404', 'invitation_not_open', 'so is one too old');
select throws_ok($$ select public.accept_invitation('open') $$, 'PT403', 'invitation_for_another_email',
  'and one for somebody else');
select tests.act_as('acme', 'sales');
select throws_ok($$ select public.accept_invitation('member') $$, 'PT409', 'already_a_member',
  'a member does not get other roles by an invitation');

select tests.act_as_postgres();
select tests.is_untouched('acme');
select tests.is_untouched('globex');

select * from finish();
rollback;
