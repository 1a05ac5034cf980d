begin;
select plan(6);

select tests.create_user('ada@example.test', '{"full_name": "  Ada Lovelace "}');
select results_eq(
  $$ select email::text, full_name, locale, timezone, active_agency_id, preferences
       from public.profiles where id = tests.id('ada@example.test') $$,
  $$ values ('ada@example.test', 'Ada Lovelace', 'en', 'UTC', null::uuid, '{}'::jsonb) $$,
  'a sign-up gets a profile with a trimmed name');
select is_empty(
  $$ select from public.memberships where user_id = tests.id('ada@example.test') $$,
  'who names no agency is a member of none');
select is_empty($$ select from public.agencies $$, 'and no agency is made');

select tests.create_user('oauth@example.test', '{"name": "From a provider"}');
select is(full_name, 'From a provider', 'a provider''s `name` serves as the full name')
  from public.profiles where id = tests.id('oauth@example.test');

select tests.create_user('long@example.test', jsonb_build_object('full_name', repeat('x', 300)));
select is(char_length(full_name), 200, 'a name too long is cut, for a sign-up must not fail by it')
  from public.profiles where id = tests.id('long@example.test');

select tests.create_user('blank@example.test', '{"full_name": " ", "agency_name": "  "}');
select results_eq(
  $$ select full_name, active_agency_id from public.profiles where id = tests.id('blank@example.test') $$,
  $$ values (null::text, null::uuid) $$,
  'blank names are none');

select * from finish();
rollback;
