begin;
select plan(33);

select tests.create_agency('acme');

create function pg_temp.holds(operator text, value jsonb, title text) returns boolean language sql as $$
  select tests.points('acme', jsonb_build_object('field', 'title', 'operator', operator, 'value', value),
    jsonb_build_object('title', title)) = 1
$$;

select is(pg_temp.holds(operator, value, title), expected,
    format('%s %s %s: %s', coalesce(title, 'nothing'), operator, coalesce(value::text, ''), expected))
  from (values
    ('eq', '"Head of Sales"'::jsonb, 'head OF sales', true),
    ('eq', '"Head of Sales"', 'Head of Sale', false),
    ('eq', '"Größe"', 'GRÖßE', true),
    ('eq', '"ceo"', null, false),
    ('neq', '"ceo"', 'CEO', false),
    ('neq', '"ceo"', 'CFO', true),
    ('neq', '"ceo"', null, true),
    ('in', '["CEO", "cfo"]', 'Cfo', true),
    ('in', '["CEO", "cfo"]', 'CTO', false),
    ('in', '["CEO"]', null, false),
    ('contains', '"SALES"', 'Head of sales', true),
    ('contains', '"sales"', 'Head of Growth', false),
    ('contains', '"%"', 'sales', false),
    ('contains', '"a"', null, false),
    ('matches', '"^(vp|head)\\M"', 'HEAD of sales', true),
    ('matches', '"^(vp|head)\\M"', 'Header', false),
    ('matches', '"^$"', '', false),
    ('matches', '".*"', null, false),
    ('exists', null, 'CEO', true),
    ('exists', null, '', false),
    ('exists', null, null, false),
    ('absent', null, 'CEO', false),
    ('absent', null, '', true),
    ('absent', null, null, true)
  ) as v (operator, value, title, expected);

-- Every text column of a lead can be asked.
select is(
    tests.points('acme', jsonb_build_object('field', field, 'operator', 'eq', 'value', 'Here'),
      jsonb_build_object(field, 'here')), 1.0, field || ' is read')
  from unnest('{first_name,last_name,phone,company,website,linkedin_url,city,country,industry}'::text[]) as field;

select * from finish();
rollback;
