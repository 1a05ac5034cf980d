begin;
select plan(15);

select tests.create_agency('acme');

create function pg_temp.points(rule jsonb, days numeric) returns numeric language sql as $$
  select tests.points('acme', '{"field": "last_contacted_at", "operator": "exists", "points": 8}' || rule,
    jsonb_build_object('last_contacted_at', now() - days * interval '1 day'))
$$;

select is(pg_temp.points('{}', 500), 8.0, 'without a half-life points stay');
select is(pg_temp.points('{"half_life_days": 10}', 0), 8.0, 'all of it at first');
select is(pg_temp.points('{"half_life_days": 10}', 10), 4.0, 'half of it after the half-life');
select is(pg_temp.points('{"half_life_days": 10}', 30), 1.0, 'an eighth after three');
select is(pg_temp.points('{"half_life_days": 10}', 5), 5.66, 'in between by the root of two, in hundredths');
select is(pg_temp.points('{"half_life_days": 10, "points": -8}', 10), -4.0, 'also what takes points fades');
select is(pg_temp.points('{"half_life_days": 0.5}', 4000), 0.0, 'nothing is left after thousands of half-lives');
select is(pg_temp.points('{"half_life_days": 10, "cap": 3}', 10), 3.0, 'the cap cuts what has faded');
select is(pg_temp.points('{"half_life_days": 10}', -1), 0.0, 'what is yet to come does not count');

select is(pg_temp.points('{"operator": "lt", "value": 7}', 6.9), 8.0, 'a time is its age in days: less than a week');
select is(pg_temp.points('{"operator": "lt", "value": 7}', 7), 0.0, 'a week');
select is(pg_temp.points('{"operator": "between", "value": [7, 14]}', 7), 8.0, 'from one week to two');
select is(pg_temp.points('{"operator": "lt", "value": 7, "half_life_days": 2}', 2), 4.0, 'an age may fade too');
select is(pg_temp.points('{"operator": "absent"}', 1), 0.0, 'a time that is there');
select is(pg_temp.points('{"operator": "absent"}', null), 8.0, 'and one that is not');

select * from finish();
rollback;
