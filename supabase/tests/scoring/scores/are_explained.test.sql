begin;
select plan(20);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Spring');
select tests.create_lead('acme', 'Spring', '{"email": "ann@example.test", "title": "Head of Sales", "custom_fields": {"budget": 70}}');
select tests.create_lead('acme', 'Spring', '{"email": "bob@example.test"}');
update public.leads as l set assigned_to = tests.id('acme/sales') where l.email = 'ann@example.test';
insert into public.lead_activities (agency_id, lead_id, type, occurred_at)
select tests.id('acme'), tests.id('acme/ann@example.test'), 'replied', now() - days * interval '1 day'
  from unnest('{0,10}'::integer[]) as days;
select tests.publish_model('acme', '[
  {"field": "title", "operator": "matches", "value": "head", "points": 8, "description": "Leads"},
  {"field": "custom.budget", "operator": "gte", "value": 50, "points": -2.5, "description": "Spends"},
  {"field": "activity:replied", "operator": "exists", "points": 8, "half_life_days": 10, "per_occurrence": true, "description": "Replied", "rule_group": "engagement"},
  {"field": "website", "operator": "exists", "points": 50, "description": "Has a website"},
  {"field": "tags", "operator": "absent", "points": 1, "description": "Untagged"}
]', '{"base": 20}');

create function pg_temp.explain(at timestamptz default null) returns jsonb language sql as $$
  select public.explain_lead_score(tests.id('acme/ann@example.test'), explain.at)
$$;
create function pg_temp.points(answer jsonb) returns jsonb language sql as $$
  select jsonb_agg(e -> 'points' order by n) from jsonb_array_elements(answer -> 'contributions') with ordinality as c (e, n)
$$;
grant execute on function pg_temp.explain(timestamptz), pg_temp.points(jsonb) to public;
create temporary table lead as select * from tests.lead('acme/ann@example.test');
create temporary table model as select m.* from public.scoring_models as m where m.agency_id = tests.id('acme') and m.version = 2;
grant select on lead, model to public;

select tests.act_as('acme', 'analyst');
select is(pg_temp.explain() - 'contributions', (
    select jsonb_build_object('lead_id', l.id, 'score', 38.50, 'grade', 'D', 'base', 20.00, 'model_id', m.id,
      'model_version', 2, 'scored_at', l.scored_at)
      from lead as l, model as m), 'the score as it stands');
select is(pg_temp.points(pg_temp.explain()), '[12.00, 8.00, -2.50, 1.00]', 'what weighs most comes first');
select is((pg_temp.explain() #> '{contributions,0}') - 'rule_id', jsonb_build_object(
    'group', 'engagement', 'field', 'activity:replied', 'operator', 'exists', 'description', 'Replied', 'points', 12.00,
    'evidence', jsonb_build_object('count', 2, 'last_at', now())), 'a contribution says which rule, and what it saw: activities');
select is(pg_temp.explain() #> '{contributions,1,evidence}', '{"value": "Head of Sales"}', 'a field');
select is(pg_temp.explain() #> '{contributions,2,evidence}', '{"value": 70}', 'a custom field');
select is(pg_temp.explain() #> '{contributions,3,evidence}', '{"value": []}', 'or the lack of one');
select is(
  (select array_agg((e ->> 'rule_id')::uuid order by e ->> 'rule_id') from jsonb_array_elements(pg_temp.explain() -> 'contributions') as e),
  (select array_agg(r.id order by r.id::text) from public.scoring_rules as r join model as m on m.id = r.model_id where r.field <> 'website'),
  'each by its rule');

-- Another moment: the lead as it is now, and what had happened by then, as faded as it was then.
select is(pg_temp.points(pg_temp.explain(now() + interval '10 days')), '[8.00, 6.00, -2.50, 1.00]', 'ten days on the replies have faded by half');
select is(pg_temp.explain(now() + interval '10 days') ->> 'score', '32.50', 'which makes this score');
select is(pg_temp.points(pg_temp.explain(now() - interval '10 days')), '[8.00, 8.00, -2.50, 1.00]', 'ten days ago the first reply had just come');
select is((pg_temp.explain(now() - interval '10 days') ->> 'scored_at')::timestamptz, now() - interval '10 days', 'asked and answered as of then');
select is((select l.scored_at from lead as l), (select l.scored_at from tests.lead('acme/ann@example.test') as l), 'asking changes nothing');

select results_eq($$ select s.contributions, s.score, s.grade from public.lead_scores as s where s.lead_id = tests.id('acme/ann@example.test') $$,
  $$ select pg_temp.explain() -> 'contributions', 38.5, 'D' $$, 'lead_scores says the same');
select is((select count(*) from public.lead_scores), 2::bigint, 'of every lead the caller sees');

select tests.act_as('acme', 'sales');
select is(pg_temp.explain() ->> 'score', '38.50', 'sales may ask about their own leads');
select is((select array_agg(lead_id) from public.lead_scores), array[tests.id('acme/ann@example.test')], 'and see their scores');
select throws_ok($$ select public.explain_lead_score(tests.id('acme/bob@example.test')) $$, 'PT404', 'lead_not_found', 'not about others');

select tests.act_as('globex', 'owner');
select throws_ok($$ select pg_temp.explain() $$, 'PT404', 'lead_not_found', 'nor may another agency''s owner');
select is_empty($$ select * from public.lead_scores $$, 'who sees no score');
select tests.act_as_anon();
select throws_ok($$ select public.explain_lead_score(gen_random_uuid()) $$, '42501', null, 'nobody unknown may ask');

select * from finish();
rollback;
