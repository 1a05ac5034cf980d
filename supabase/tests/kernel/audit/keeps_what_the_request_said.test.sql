begin;
select plan(8);

select tests.create_agency('acme');
select tests.new_events();

create function pg_temp.event_with(headers jsonb)
returns table (actor_type text, actor_id uuid, request_id text, ip text, user_agent text) language plpgsql as $$
begin
  perform tests.act_as('acme', 'owner');
  perform set_config('request.headers', headers::text, true);
  perform public.update_agency(tests.id('acme'), jsonb_build_object('settings', headers));
  perform tests.act_as_postgres();
  return query select e.actor_type, e.actor_id, e.request_id, e.ip::text, e.user_agent from tests.new_events() as e;
end;
$$;

select results_eq(
  $$ select * from pg_temp.event_with('{"x-request-id": "req_1", "x-forwarded-for": "203.0.113.7, 10.0.0.1", "user-agent": "curl/8"}') $$,
  $$ values ('user', tests.id('acme/owner'), 'req_1', '203.0.113.7/32', 'curl/8') $$,
  'who, by which request, from where, with what');
select results_eq(
  $$ select ip, request_id from pg_temp.event_with('{"x-forwarded-for": "not an address"}') $$,
  $$ values (null::text, null::text) $$, 'a forwarded address that is none is left out');
select results_eq(
  $$ select ip from pg_temp.event_with('{"x-forwarded-for": " 2001:db8::1 "}') $$,
  $$ values ('2001:db8::1/128') $$, 'addresses of either kind');
select results_eq(
  $$ select char_length(request_id), char_length(user_agent)
       from pg_temp.event_with(jsonb_build_object('x-request-id', repeat('r', 999), 'user-agent', repeat('u', 999))) $$,
  $$ values (200, 500) $$, 'a header too long is cut, for a write must not fail by it');
select results_eq(
  $$ select actor_type, actor_id, ip from pg_temp.event_with('{}') $$,
  $$ values ('user', tests.id('acme/owner'), null::text) $$, 'without headers the user is known still');

select tests.act_as_service();
select public.update_agency(tests.id('acme'), '{"name": "By the secret key"}');
select results_eq($$ select actor_type, actor_id from tests.new_events() $$, $$ values ('system', null::uuid) $$,
  'the secret key is the system');
select tests.act_as('acme', 'owner');
select throws_ok($$ select public.update_agency(tests.id('acme'), '{"slug": "No!"}') $$, '23514', null, 'what fails');
select is_empty($$ select from tests.new_events() $$, 'leaves no event');

select * from finish();
rollback;
