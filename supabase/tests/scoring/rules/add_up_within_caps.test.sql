begin;
select plan(12);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_lead('acme', 'Spring', '{"email": "ann@example.test", "phone": "+49 30 123456", "company": "Example"}');
select tests.publish_model('acme', '[
  {"field": "email", "operator": "exists", "points": 30},
  {"field": "phone", "operator": "exists", "points": 20.5},
  {"field": "company", "operator": "exists", "points": 40, "cap": 12.25},
  {"field": "title", "operator": "exists", "points": 5},
  {"field": "created_at", "operator": "exists", "points": 9, "rule_group": "engagement"},
  {"field": "status", "operator": "eq", "value": "new", "points": -4, "rule_group": "engagement"}
]', '{"base": 10, "fit_cap": 50, "engagement_cap": 60}');

create temporary view log as
  select s.score, s.base, e.n, e.c ->> 'description' as description, e.c ->> 'rule_id' as rule_id,
         e.c ->> 'group' as rule_group, (e.c ->> 'points')::numeric as points, e.c -> 'evidence' as evidence
    from public.lead_scores as s
   cross join jsonb_array_elements(s.contributions) with ordinality as e (c, n)
   where s.lead_id = tests.id('acme/ann@example.test');

select results_eq('select points from log order by n', 'values (30.0), (20.5), (-12.75), (12.25), (9), (-4)',
  'contributions by weight; the rule that does not hold gives none');
select is((select rule_id from log where points = -12.75), null, 'the group''s cap takes back without a rule');
select is((select rule_group from log where points = -12.75), 'fit', 'in its group');
select is((select evidence from log where points = -12.75), '{"cap": 50.00}', 'and says what the cap is');
select is((select points from log where description = 'Rule 3'), 12.25, 'a rule counts no more than its own cap');
select is((select distinct score from log), 65.0, 'the score is 10 + 50 + 5');
select is((select distinct base from log), 10.0, 'from the base');

create function pg_temp.score(rules jsonb, model jsonb) returns numeric language sql as $$
  select tests.publish_model('acme', rules, model);
  select s.score from public.lead_scores as s where s.lead_id = tests.id('acme/ann@example.test')
$$;
select is(pg_temp.score('[{"field": "email", "operator": "exists", "points": 60}]', '{"base": 50}'), 100.0, 'never above 100');
select is(pg_temp.score('[{"field": "email", "operator": "exists", "points": -60}]', '{"base": 50}'), 0.0, 'nor below 0');
select is(pg_temp.score('[]', '{"base": 33.33}'), 33.33, 'without rules the base alone');
select is(pg_temp.score('[{"field": "email", "operator": "exists", "points": -60}]', '{"base": 80, "fit_cap": 10}'), 20.0,
  'the cap of a group leaves alone what it takes');
select is(pg_temp.score('[{"field": "email", "operator": "exists", "points": 60}]', '{"base": 5, "fit_cap": 0}'), 5.0,
  'a cap of nothing silences a group');

select * from finish();
rollback;
