begin;
select plan(22);

select tests.create_agency('acme');

create function pg_temp.holds(field text, operator text, value jsonb, lead jsonb) returns boolean language sql as $$
  select tests.points('acme', jsonb_build_object('field', field, 'operator', operator, 'value', value), lead) = 1
$$;

select is(pg_temp.holds(field, operator, value, lead), expected,
    format('%s %s %s of %s: %s', field, operator, coalesce(value::text, ''), lead, expected))
  from (values
    ('status', 'eq', '"Qualified"'::jsonb, '{"status": "qualified"}'::jsonb, true),
    ('status', 'in', '["new", "contacted"]', '{"status": "qualified"}', false),
    ('priority', 'in', '["high", "urgent"]', '{"priority": "urgent"}', true),
    ('priority', 'neq', '"low"', '{"priority": "low"}', false),
    ('email', 'eq', '"ANN@ACME.TEST"', '{"email": "ann@acme.test"}', true),
    ('qualification_score', 'eq', '4', '{"qualification_score": 4}', true),
    ('qualification_score', 'eq', '4.0', '{"qualification_score": 4}', true),
    ('qualification_score', 'gt', '3', '{"qualification_score": 4}', true),
    ('qualification_score', 'gt', '4', '{"qualification_score": 4}', false),
    ('qualification_score', 'gte', '4', '{"qualification_score": 4}', true),
    ('qualification_score', 'gte', '4.5', '{"qualification_score": 4}', false),
    ('qualification_score', 'lt', '4', '{"qualification_score": 4}', false),
    ('qualification_score', 'lt', '4.5', '{"qualification_score": 4}', true),
    ('qualification_score', 'lte', '4', '{"qualification_score": 4}', true),
    ('qualification_score', 'lte', '3', '{"qualification_score": 4}', false),
    ('qualification_score', 'between', '[4, 5]', '{"qualification_score": 4}', true),
    ('qualification_score', 'between', '[3, 4]', '{"qualification_score": 4}', true),
    ('qualification_score', 'between', '[1, 3]', '{"qualification_score": 4}', false),
    ('qualification_score', 'lt', '9', '{}', false),
    ('qualification_score', 'gt', '0', '{}', false),
    ('qualification_score', 'exists', null, '{"qualification_score": 1}', true),
    ('qualification_score', 'absent', null, '{}', true)
  ) as v (field, operator, value, lead, expected);

select * from finish();
rollback;
