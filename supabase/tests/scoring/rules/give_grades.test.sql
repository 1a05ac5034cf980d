begin;
select plan(10);

select tests.create_agency('acme');

create function pg_temp.grade(base numeric) returns text language sql as $$
  select tests.publish_model('acme', '[]', jsonb_build_object('base', base,
    'grade_a', 90, 'grade_b', 70.5, 'grade_c', 50, 'grade_d', 30));
  select (private.score_lead(jsonb_populate_record(null::public.leads,
    jsonb_build_object('agency_id', tests.id('acme'))), now())).grade
$$;

select is(pg_temp.grade(score), expected, format('%s is %s', score, expected))
  from (values (100.0, 'A'), (90, 'A'), (89.99, 'B'), (70.5, 'B'), (70.49, 'C'), (50, 'C'), (49.99, 'D'),
    (30, 'D'), (29.99, 'F'), (0, 'F')) as v (score, expected);

select * from finish();
rollback;
