-- Why a field is refused, by kind of field: said alike by create, update and import.
begin;
select plan(46);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "lead@x.test"}');

create temporary table bad (field text, value jsonb, reason text);
insert into bad values
  ('nickname', '"x"', 'is not a field of a lead'),
  ('score', '99', 'is not a field of a lead'),
  ('assigned_to', 'null', 'is not a field of a lead'),
  ('first_name', '["x"]', 'must be a string'),
  ('company', '{"name": "x"}', 'must be a string'),
  ('phone', 'true', 'must be a string'),
  ('status', 'false', 'must be a string'),
  ('email', '"not an address"', 'is not an e-mail address'),
  ('email', '"a@b"', 'is not an e-mail address'),
  ('email', '"a b@x.test"', 'is not an e-mail address'),
  ('status', '"won"', 'must be one of new, contacted, responded, qualified, converted, rejected'),
  ('priority', '"asap"', 'must be one of low, medium, high, urgent'),
  ('priority', '1', 'must be one of low, medium, high, urgent'),
  ('responded_at', '"yesterday-ish"', 'is not a date and time'),
  ('converted_at', '"2026-02-30T00:00:00Z"', 'is not a date and time'),
  ('contact', '"x"', 'must be a JSON object'),
  ('custom_fields', '[]', 'must be a JSON object'),
  ('tags', '"x"', 'must be a list of strings'),
  ('tags', '["x", 1]', 'must be a list of strings'),
  ('tags', '{"x": 1}', 'must be a list of strings');
insert into bad
select 'title', to_jsonb(repeat('x', 501)), 'has more than 500 characters' union all
select 'qualification_notes', to_jsonb(repeat('x', 10001)), 'has more than 10000 characters' union all
select 'tags', (select jsonb_agg('t' || n) from generate_series(1, 51) as n), 'has more than 50 entries' union all
select 'tags', jsonb_build_array(repeat('t', 8193)), 'is larger than 8 KB' union all
select 'source_data', jsonb_build_object('x', repeat('x', 65536)), 'is larger than 64 KB';

select is(r.errors, jsonb_build_array(jsonb_build_object('row', 1, 'field', b.field, 'reason', b.reason)),
  format('%s %s', b.field, left(b.value::text, 30)))
  from bad as b, private.parse_lead_rows(jsonb_build_array(jsonb_build_object(b.field, b.value))) as r;

select is(r.errors -> 0 ->> 'reason', 'is not a JSON object', format('a row that is %s', d))
  from unnest('{"null","[]","\"x\"","1"}'::jsonb[]) as d, private.parse_lead_rows(jsonb_build_array(d)) as r;

-- One fault and several, by each procedure.
select tests.act_as('acme', 'owner');
select throws_ok($$ select public.create_lead(tests.id('acme/Launch'), '{"email": "new@x.test", "nickname": "x"}') $$,
  'PT422', 'lead_invalid', 'create refuses it');
select throws_ok($$ select public.update_lead(tests.id('acme/lead@x.test'), '{"nickname": "x"}') $$,
  'PT422', 'lead_invalid', 'update refuses it');
select throws_ok($$ select public.update_lead(tests.id('acme/lead@x.test'), '[]') $$,
  'PT422', 'lead_invalid', 'changes are an object');
select throws_ok($$ select public.bulk_update_leads(array[tests.id('acme/lead@x.test')], '{"priority": "asap"}') $$,
  'PT422', 'lead_invalid', 'bulk update refuses it');
select is(public.import_leads(tests.id('acme/Launch'), '[{"email": "x@x.test", "nickname": "x"}]') -> 'errors',
  '[{"row": 1, "field": "nickname", "reason": "is not a field of a lead"}]', 'import says it');
create function pg_temp.detail_of(statement text) returns text language plpgsql as $$
declare
  v_detail text;
begin
  perform tests.act_as('acme', 'owner');
  execute statement;
  return null;
exception when others then
  get stacked diagnostics v_detail = pg_exception_detail;
  return v_detail;
end;
$$;
select tests.act_as_postgres();
select is(
  pg_temp.detail_of($$ select public.create_lead(tests.id('acme/Launch'), '{"email": "x", "nickname": "x", "tags": 1}') $$),
  'email is not an e-mail address; nickname is not a field of a lead; tags must be a list of strings.',
  'all faults are said at once');

-- Next to them what is right.
create temporary table good (field text, value jsonb, parsed jsonb);
insert into good values
  ('first_name', '"  Ada "', '"Ada"'), ('first_name', '"   "', 'null'), ('phone', '4930123456', '"4930123456"'),
  ('status', '"responded"', '"responded"'), ('responded_at', '"2026-02-03T04:05:06Z"', to_jsonb('2026-02-03T04:05:06Z'::timestamptz)),
  ('tags', '[]', '[]'), ('tags', 'null', 'null'), ('custom_fields', '{"a": {"b": [null, 1.50]}}', '{"a": {"b": [null, 1.50]}}'),
  ('title', to_jsonb(repeat('ü', 500)), to_jsonb(repeat('ü', 500)));
insert into good select 'tags', t, t from (select jsonb_agg('t' || n order by n) from generate_series(1, 50) as n) as tags (t);
select is(jsonb_build_object('parsed', to_jsonb(r.attributes) -> g.field, 'errors', r.errors, 'given', (private.parse_lead(jsonb_build_object(g.field, g.value))).given),
  jsonb_build_object('parsed', g.parsed, 'errors', null, 'given', array[g.field]),
  format('%s %s is taken', g.field, left(g.value::text, 30)))
  from good as g, private.parse_lead_rows(jsonb_build_array(jsonb_build_object(g.field, g.value))) as r;
select is(r.errors, null, 'every field may be null')
  from private.parse_lead_rows((
    select jsonb_build_array(jsonb_object_agg(a.attname, null)) from pg_attribute as a
     where a.attrelid = 'private.lead_attributes'::regclass and a.attnum > 0)) as r;

select * from finish();
rollback;
