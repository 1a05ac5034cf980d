begin;
select plan(44);

select tests.create_agency('acme');

create function pg_temp.holds(field text, operator text, value jsonb, lead jsonb) returns boolean language sql as $$
  select tests.points('acme', jsonb_build_object('field', field, 'operator', operator, 'value', value), lead) = 1
$$;

select is(pg_temp.holds('custom.Lead Source', operator, value, jsonb_build_object('custom_fields', fields)), expected,
    format('%s %s %s: %s', fields, operator, coalesce(value::text, ''), expected))
  from (values
    ('eq', '"google"'::jsonb, '{"Lead Source": "Google"}'::jsonb, true),
    ('eq', '"google"', '{"lead source": "Google"}', false),
    ('neq', '"google"', '{}', true),
    ('in', '["google", 7]', '{"Lead Source": 7.0}', true),
    ('eq', '7.50', '{"Lead Source": 7.5}', true),
    ('eq', '7', '{"Lead Source": "7"}', true),
    ('eq', 'true', '{"Lead Source": true}', true),
    ('eq', 'true', '{"Lead Source": false}', false),
    ('contains', '"oog"', '{"Lead Source": "Google"}', true),
    ('matches', '"^g.*e$"', '{"Lead Source": "Google"}', true),
    ('gt', '100', '{"Lead Source": 100.5}', true),
    ('gt', '100', '{"Lead Source": "100.5"}', true),
    ('gt', '100', '{"Lead Source": "-100.5"}', false),
    ('lt', '100', '{"Lead Source": "many"}', false),
    ('lt', '100', '{"Lead Source": "٣"}', false),
    ('lt', '100', '{"Lead Source": ""}', false),
    ('lt', '100', '{}', false),
    ('exists', null, '{"Lead Source": 0}', true),
    ('exists', null, '{"Lead Source": false}', true),
    ('exists', null, '{"Lead Source": ""}', false),
    ('exists', null, '{"Lead Source": null}', false),
    ('absent', null, '{"Lead Source": null}', true),
    ('absent', null, '{}', true),
    -- A list holds what one of its elements holds; an object is the list of its keys.
    ('eq', '"google"', '{"Lead Source": ["Bing", "Google"]}', true),
    ('neq', '"google"', '{"Lead Source": ["Bing", "Google"]}', false),
    ('neq', '"google"', '{"Lead Source": ["Bing"]}', true),
    ('in', '[3, 4]', '{"Lead Source": [1, 4.0]}', true),
    ('contains', '"oo"', '{"Lead Source": ["Bing", "Google"]}', true),
    ('matches', '"^oo"', '{"Lead Source": ["Bing", "Google"]}', false),
    ('between', '[2, 3]', '{"Lead Source": [1, "x", 3]}', true),
    ('between', '[2, 3]', '{"Lead Source": [1, 4]}', false),
    ('exists', null, '{"Lead Source": []}', false),
    ('absent', null, '{"Lead Source": []}', true),
    ('eq', '"google"', '{"Lead Source": {"google": 1}}', true),
    ('exists', null, '{"Lead Source": {}}', false)
  ) as v (operator, value, fields, expected);

select ok(pg_temp.holds('company.employees', 'gte', '50', '{"company_data": {"employees": 50}}'), 'company data');
select ok(not pg_temp.holds('company.employees', 'gte', '50', '{"custom_fields": {"employees": 50}}'), 'is not a custom field');
select ok(pg_temp.holds('custom.a.b', 'eq', '1', '{"custom_fields": {"a.b": 1}}'), 'a key may have dots');

select ok(pg_temp.holds('tags', 'eq', '"VIP"', '{"tags": ["new", "vip"]}'), 'a tag');
select ok(not pg_temp.holds('tags', 'eq', '"vi"', '{"tags": ["new", "vip"]}'), 'a whole tag');
select ok(pg_temp.holds('tags', 'contains', '"vi"', '{"tags": ["new", "vip"]}'), 'a part of a tag');
select ok(pg_temp.holds('tags', 'neq', '"vip"', '{"tags": ["new"]}'), 'not this tag');
select ok(pg_temp.holds('tags', 'absent', null, '{"tags": []}'), 'no tags');
select ok(not pg_temp.holds('tags', 'exists', null, '{"tags": []}'), 'none exists');

select * from finish();
rollback;
