begin;
select plan(8);
select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "1@x.test"}');

select tests.act_as('acme', 'manager');
-- Packed as a cursor is, but not what one holds: the value sorted by, and an id.
select throws_ok(
  format('select public.list_leads(sort_by => ''score'', cursor => %L)', translate(encode(convert_to(document, 'UTF8'), 'base64'), '+/=', '-_')),
  'PT422', 'cursor_invalid', document || ' is no cursor')
from unnest(array['{"a": 1}', '"x"', '5', '[]', '["1"]', '["1", null]', '["1", "x"]',
  '[null, "01a1ff2b-f54c-765e-a5ec-79c31191ad99"]']) as document;

select * from finish();
rollback;
