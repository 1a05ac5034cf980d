begin;
select plan(9);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.watch('globex');
select tests.new_events();
select tests.act_as('acme', 'admin');
create temporary table invited as
  select public.invite_member(tests.id('acme'), ' new@example.test ', '{sales}') as invitation;

select results_eq(
  $$ select invitation ->> 'email', invitation -> 'roles', invitation ->> 'status', invitation ->> 'agency_id',
            (invitation ->> 'expires_at')::timestamptz, invitation ->> 'invited_by' from invited $$,
  $$ values ('new@example.test', '["sales"]'::jsonb, 'open', tests.id('acme')::text,
             now() + interval '7 days', tests.id('acme/admin')::text) $$,
  'the invitation is answered, open for seven days');
select matches(invitation ->> 'token', '^[A-Za-z0-9_-]{43}$', 'with a token of 256 bits, safe in a URL') from invited;
select ok(not invitation ? 'token_hash', 'and without its hash') from invited;
select results_eq(
  $$ select agency_id, action, entity_id, actor_id, after ->> 'email' from tests.new_events() $$,
  $$ select tests.id('acme'), 'invitation.created', (invitation ->> 'id')::uuid, tests.id('acme/admin'), 'new@example.test'
       from invited $$,
  'one audit event tells of it');
select throws_ok($$ select token_hash from public.invitations $$, '42501', null, 'nobody reads the hash');

select tests.act_as_postgres();
select is_empty(
  $$ select from public.audit_log as a, invited
      where concat(a.before, a.after) like '%' || (invitation ->> 'token') || '%' or concat(a.before, a.after) like '%token%' $$,
  'the log knows neither token nor hash');
select is(i.token_hash, sha256(convert_to(invitation ->> 'token', 'UTF8')), 'the hash alone is kept')
  from public.invitations as i, invited where i.id = (invitation ->> 'id')::uuid;
select isnt(
  (select invitation ->> 'token' from invited),
  (select i ->> 'token' from (select tests.act_as('acme', 'owner')) as a,
     public.invite_member(tests.id('acme'), 'other@example.test', '{sales}') as i),
  'no two tokens are the same');

select tests.act_as_postgres();
select tests.is_untouched('globex');

select * from finish();
rollback;
