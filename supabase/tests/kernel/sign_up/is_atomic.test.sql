-- Whatever fails in a sign-up takes all of it back: no user without the agency they asked for.
begin;
select plan(5);

create function pg_temp.fail() returns trigger language plpgsql as $$
begin
  raise exception 'out of order';
end;
$$;

create trigger fails before insert on public.membership_roles for each row execute function pg_temp.fail();
select throws_ok(
  $$ select tests.create_user('ada@example.test', '{"full_name": "Ada", "agency_name": "Acme"}') $$,
  'P0001', 'out of order', 'a fault in the last step fails the sign-up');
select is_empty($$ select from auth.users where email = 'ada@example.test' $$, 'there is no user');
select is_empty($$ select from public.profiles where email = 'ada@example.test' $$, 'no profile');
select is_empty($$ select from public.agencies where name = 'Acme' $$, 'no agency');
select is_empty($$ select from public.audit_log $$, 'and no audit event');

select * from finish();
rollback;
