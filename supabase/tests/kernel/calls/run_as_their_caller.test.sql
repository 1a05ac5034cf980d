begin;
select plan(24);

-- Procedures of every shape, with grants like any other.
create function public.shape_void() returns void language sql as 'select';
create function public.shape_scalar(a integer, b integer default 2) returns integer language sql as 'select a + b';
create function public.shape_composite() returns public.roles language sql as $$ select r from public.roles as r where r.role = 'owner' $$;
create function public.shape_rows() returns setof public.roles language sql as $$ select r from public.roles as r where r.role in ('owner', 'admin') order by r.position desc $$;
create function public.shape_scalars() returns setof integer language sql as 'select 1 union all select 2';
create function public.shape_table() returns table (a integer, b text) language sql as $$ select 1, 'x' $$;
create function public.shape_arrays(ids uuid[], words text[]) returns jsonb language sql as 'select jsonb_build_object(''ids'', ids, ''words'', words)';
create function public.shape_plain(a text, b numeric, c boolean, d uuid) returns jsonb language sql as 'select jsonb_build_array(a, b, c, d)';
create function public.shape_mixed(a integer, b jsonb, c text) returns setof jsonb language sql as 'select jsonb_build_array(a, b, c)';
create function public.shape_secret() returns text language sql as $$ select 'secret' $$;
create function public.shape_error(code text) returns void language plpgsql as $$
begin raise exception using errcode = shape_error.code, message = 'said', detail = 'Why.', hint = 'So.'; end $$;
revoke all on all functions in schema public from public;
grant execute on function public.shape_void(), public.shape_scalar(integer, integer), public.shape_composite(), public.shape_rows(), public.shape_scalars(),
  public.shape_table(), public.shape_arrays(uuid[], text[]),
  public.shape_plain(text, numeric, boolean, uuid), public.shape_mixed(integer, jsonb, text), public.shape_error(text) to authenticated;
grant execute on function public.call_procedure(text, jsonb, text, text) to anon, authenticated;

select tests.create_agency('acme');
select tests.act_as('acme', 'owner');
create function pg_temp.body(name text, arguments jsonb default '{}') returns jsonb language sql as $$
  select c.body from tests.call(name, arguments) as c
$$;
select is(pg_temp.body('shape_void'), 'null', 'nothing is null');
select is(pg_temp.body('shape_scalar', '{"a": 1}'), '3', 'a value, with defaults for what is not given');
select is(pg_temp.body('shape_scalar', '{"b": 5, "a": "1"}'), '6', 'arguments by name');
select is(pg_temp.body('shape_composite') ->> 'title', 'Owner', 'a row');
select is(jsonb_path_query_array(pg_temp.body('shape_rows'), '$[*].role'), '["admin", "owner"]', 'rows in their order');
select is(pg_temp.body('shape_scalars'), '[1, 2]', 'values');
select is(pg_temp.body('shape_table'), '[{"a": 1, "b": "x"}]', 'a table');
select is(pg_temp.body('shape_arrays', jsonb_build_object('ids', array[tests.id('acme')], 'words', '["x, y", null]'::jsonb)),
  jsonb_build_object('ids', array[tests.id('acme')], 'words', '["x, y", null]'::jsonb), 'lists');
select is(pg_temp.body('shape_plain', '{"a": {"x": 1}, "b": "1.50", "c": "on", "d": null}'), '["{\"x\": 1}", 1.50, true, null]', 'plain values, from text as well, and null');
select is(pg_temp.body('shape_mixed', '{"a": 1, "b": "x", "c": "it''s"}'), '[[1, "x", "it''s"]]', 'plain values beside a document');
select is(pg_temp.body('get_me'), public.get_me(), 'as a call of the procedure itself');

select is(tests.says('no_such_thing'), '404 procedure_not_found', 'an unknown procedure');
select is(tests.says('shape_scalar', '{"a": 1, "c; drop": 2}'), '422 argument_unknown', 'an unknown argument');
select is(array(select tests.says('shape_scalar', a) from unnest('{"[1]","\"a\"","1"}'::jsonb[]) as a),
  array_fill('422 arguments_not_an_object'::text, '{3}'), 'arguments without names');
select is((tests.call('shape_scalar')).status, 404, 'an argument left out, as the Data API says of it');
select is((tests.call('shape_scalar', '{"a": "x"}')).status, 400, 'one of another type');
select is(tests.says('call_procedure', '{"procedure": "get_me"}'), '404 procedure_not_found', 'the dispatcher does not call itself');
select is(tests.says('shape_secret'), '403 permission denied for function shape_secret', 'grants decide');
select is(tests.says('pg_sleep', '{"": 0}'), '404 procedure_not_found', 'only what is public is called');
select tests.act_as_anon();
select is(tests.says('shape_scalar', '{"a": 1}'), '401 permission denied for function shape_scalar', 'anonymous callers are asked to sign in');

select tests.act_as('acme', 'owner');
select is((select row(c.status, c.body) from tests.call('shape_error', '{"code": "PT418"}') as c),
  row(418, '{"code": "PT418", "message": "said", "details": "Why.", "hint": "So."}'::jsonb), 'an error is answered as the Data API does');
select is(array(select (tests.call('shape_error', jsonb_build_object('code', c))).status from unnest('{P0001,23505,23503,23514,42P01,40001,53300,57P01,XX000,PT999}'::text[]) as c),
  '{400,409,409,400,404,500,503,503,500,500}', 'with its status');
select is((tests.call(null)).body, 'null', 'without a procedure only the limit is asked');
select is((tests.call('get_me')).headers ?& '{RateLimit,RateLimit-Policy}', true, 'limits are told with every answer');

select * from finish();
rollback;
