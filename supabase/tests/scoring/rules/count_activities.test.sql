begin;
select plan(19);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_lead('acme', 'Spring', '{"email": "ann@example.test"}');
insert into public.lead_activities (agency_id, lead_id, type, occurred_at)
select tests.id('acme'), tests.id('acme/ann@example.test'), type, now() - days * interval '1 day'
  from (values ('replied', 0), ('replied', 10), ('replied', 20), ('meeting', 10), ('replied', -5)) as v (type, days);

create function pg_temp.points(rule jsonb, days integer default 0) returns numeric language plpgsql as $$
begin
  perform tests.publish_model('acme', jsonb_build_array(
    '{"field": "activity:replied", "operator": "exists", "points": 8}' || rule));
  return (private.score_lead(tests.lead('acme/ann@example.test'), now() + days * interval '1 day')).log[1] / 100.0;
end
$$;

select is(pg_temp.points('{}'), 8.0, 'once, however often it occurred');
select is(pg_temp.points('{"per_occurrence": true}'), 24.0, 'or for each of the three; the one to come does not count');
select is(pg_temp.points('{"per_occurrence": true}', 5), 32.0, 'until it has come');
select is(pg_temp.points('{"per_occurrence": true}', -10), 16.0, 'nor does at a moment what came after it');
select is(pg_temp.points('{"half_life_days": 10}'), 8.0, 'once fades from the latest');
select is(pg_temp.points('{"half_life_days": 10}', 3), 6.5, 'on');
select is(pg_temp.points('{"half_life_days": 10, "per_occurrence": true}'), 14.0, 'each fades by its own age: 8 + 4 + 2');
select is(pg_temp.points('{"half_life_days": 10, "per_occurrence": true, "cap": 9}'), 9.0, 'the cap is on the sum');
select is(pg_temp.points('{"half_life_days": 10, "per_occurrence": true, "cap": 9, "points": -8}'), -9.0, 'also of what takes points');
select is(pg_temp.points('{"points": 9999.99, "per_occurrence": true}'), 9999.99, 'no rule gives more than 9999.99');
select is(pg_temp.points('{"operator": "gte", "value": 3}'), 8.0, 'three replies');
select is(pg_temp.points('{"operator": "gt", "value": 3}'), 0.0, 'are not more than three');
select is(pg_temp.points('{"operator": "between", "value": [2, 4], "per_occurrence": true}'), 24.0, 'each counts where the number suits');
select is(pg_temp.points('{"operator": "absent"}'), 0.0, 'there are replies');
select is(pg_temp.points('{"operator": "absent", "field": "activity:call"}'), 8.0, 'but no call');
select is(pg_temp.points('{"operator": "exists", "field": "activity:call"}'), 0.0, 'none');
select is(pg_temp.points('{"operator": "lt", "value": 1, "field": "activity:call", "half_life_days": 10}'), 8.0,
  'none is fewer than one, and has no age to fade by');
select is(pg_temp.points('{"operator": "lt", "value": 1, "field": "activity:call", "per_occurrence": true}'), 0.0,
  'but counts for none');
select is(pg_temp.points('{"operator": "exists", "field": "activity:meeting"}'), 8.0, 'each type by itself');

select * from finish();
rollback;
