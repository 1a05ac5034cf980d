begin;
select plan(5);

select tests.create_agency('acme');
select tests.act_as('acme', 'owner');
create temporary table invited as
  select public.invite_member(tests.id('acme'), 'ada@example.test', '{admin}') as invitation;
select tests.act_as_postgres();
select tests.watch('acme');

select throws_ok(
  $$ select tests.create_user('eve@example.test', jsonb_build_object(
       'invitation_token', (select invitation ->> 'token' from invited))) $$,
  'PT403', 'invitation_for_another_email', 'a token works for the invited address alone');
select throws_ok(
  $$ insert into auth.users (id, aud, role, email, raw_user_meta_data)
     select gen_random_uuid(), 'authenticated', 'authenticated', null,
            jsonb_build_object('invitation_token', invitation ->> 'token') from invited $$,
  'PT403', 'invitation_for_another_email', 'and for nobody without an address');
select is_empty($$ select from auth.users where email = 'eve@example.test' or email is null $$,
  'no user is left behind');
select tests.is_untouched('acme');

select lives_ok(
  $$ select tests.create_user('ada@example.test', jsonb_build_object(
       'invitation_token', (select invitation ->> 'token' from invited))) $$,
  'the right address may still use it');

select * from finish();
rollback;
