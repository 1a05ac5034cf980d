begin;
select plan(7);

select tests.create_agency('acme');
select tests.create_agency('globex');
insert into public.invitations (agency_id, id, email, roles, token_hash, expires_at, accepted_at, revoked_at)
select tests.id(v.slug), md5(v.status)::uuid, v.status || '@example.test', '{sales}', private.hash_token(v.slug || v.status),
       v.expires_at, v.accepted_at, v.revoked_at
  from (values
    ('acme', 'open', now() + interval '1 day', null::timestamptz, null::timestamptz),
    ('acme', 'expired', now(), null, null),
    ('acme', 'accepted', now() - interval '1 day', now() - interval '2 days', null),
    ('acme', 'revoked', now() - interval '1 day', null, now()),
    ('globex', 'foreign', now() + interval '1 day', null, null)
  ) as v (slug, status, expires_at, accepted_at, revoked_at);

select tests.act_as('acme', 'admin');
select bag_eq(
  $$ select i ->> 'email' as email, i ->> 'status' as status from jsonb_array_elements(public.list_invitations() -> 'items') as i $$,
  $$ values ('open@example.test', 'open'), ('expired@example.test', 'expired'),
            ('accepted@example.test', 'accepted'), ('revoked@example.test', 'revoked') $$,
  'the agency''s own, each with its status');
select is(array(select (i.item ->> 'id')::uuid from jsonb_array_elements(public.list_invitations() -> 'items') with ordinality as i (item, n) order by n),
  (select array_agg(md5(s)::uuid order by md5(s)::uuid desc) from unnest('{open,expired,accepted,revoked}'::text[]) as s),
  'the newest first, as the ids tell');
select is(public.list_invitations() -> 'total', '4', 'and their number');
select is_empty(
  $$ select from jsonb_array_elements(public.list_invitations() -> 'items') as i where i ? 'token_hash' or i ? 'token' $$,
  'never with a token');

select is(count(*), 4::bigint, 'in the table too') from (select id from public.invitations) as i;

select tests.act_as('acme', 'manager');
select throws_ok($$ select public.list_invitations() $$, 'PT403', 'permission_denied', 'for who manages members');
select is_empty($$ select from public.invitations $$, 'the table is closed to others as well');

select * from finish();
rollback;
