begin;
select plan(3);

select tests.create_user('old@example.test');
select tests.create_user('other@example.test');
update auth.users set email = 'new@example.test' where id = tests.id('old@example.test');
select is(email::text, 'new@example.test', 'a changed address is carried into the profile')
  from public.profiles where id = tests.id('old@example.test');
select is(email::text, 'other@example.test', 'nobody else''s is')
  from public.profiles where id = tests.id('other@example.test');

delete from auth.users where id = tests.id('old@example.test');
select is_empty($$ select from public.profiles where id = tests.id('old@example.test') $$,
  'a deleted user leaves no profile');

select * from finish();
rollback;
