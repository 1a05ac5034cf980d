begin;
select plan(9);

select tests.create_agency('acme');
select tests.create_agency('globex');
insert into public.clients (agency_id, name) values (tests.id('acme'), 'Client A'), (tests.id('globex'), 'Client G');
select tests.remember(c.name, c.id) from public.clients as c;

select tests.act_as('acme', 'owner');
select throws_ok($$ select public.set_member_roles(tests.id('acme'), tests.id('acme/sales'), '{client}') $$,
  'PT422', 'client_required', 'without a client the role is refused');
select throws_ok($$ select public.set_member_roles(tests.id('acme'), tests.id('acme/sales'), '{client}', tests.id('Client G')) $$,
  'PT422', 'client_required', 'another agency''s client is none');
select throws_ok($$ select public.invite_member(tests.id('acme'), 'new@example.test', '{client}') $$,
  'PT422', 'client_required', 'invitations ask for it too');

select is(public.set_member_roles(tests.id('acme'), tests.id('acme/sales'), '{client}', tests.id('Client A')) ->> 'client_id',
  tests.id('Client A')::text, 'with it the member belongs to the client');
select is(public.set_member_roles(tests.id('acme'), tests.id('acme/sales'), '{sales}', tests.id('Client A')) -> 'client_id',
  'null', 'another role belongs to none');

create temporary table invited as
  select public.invite_member(tests.id('acme'), 'new@example.test', '{client}', tests.id('Client A')) as invitation;
select is(invitation ->> 'client_id', tests.id('Client A')::text, 'an invitation names the client') from invited;
select tests.act_as_postgres();
select tests.create_user('new@example.test', jsonb_build_object('invitation_token', (select invitation ->> 'token' from invited)));
select is(client_id, tests.id('Client A'), 'which the new member belongs to')
  from public.memberships where user_id = tests.id('new@example.test');
select tests.act_as_user(tests.id('new@example.test'));
select results_eq($$ select name from public.clients $$, $$ values ('Client A') $$, 'and sees, alone');

select tests.act_as_postgres();
select throws_like($$ update public.memberships set client_id = tests.id('Client G') where user_id = tests.id('new@example.test') $$,
  '%memberships_client_is_of_the_agency%', 'a seat cannot point to another agency''s client');

select * from finish();
rollback;
