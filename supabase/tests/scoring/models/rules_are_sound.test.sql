begin;
select plan(46);

select tests.create_agency('acme');

-- The constraint that refuses a rule; none for a sound one.
create function pg_temp.refused_by(rule jsonb) returns text language plpgsql as $$
declare
  v_constraint text;
begin
  begin
    perform tests.publish_model('acme', jsonb_build_array(rule));
    raise exception using errcode = 'ZZZZZ';
  exception
    when check_violation then
      get stacked diagnostics v_constraint = constraint_name;
    when sqlstate 'ZZZZZ' then
      null;
  end;
  return v_constraint;
end
$$;

select is(pg_temp.refused_by('{"field": "title", "operator": "exists"}' || rule), 'scoring_rules_' || fact, rule::text)
  from (values
    ('{"rule_group": "luck"}'::jsonb, 'group_is_fit_or_engagement'),
    ('{"field": "dedupe_key"}', 'field_is_known'),
    ('{"field": "score"}', 'field_is_known'),
    ('{"field": "custom."}', 'field_is_known'),
    ('{"field": "activity:scored"}', 'field_is_known'),
    ('{"field": "activity:"}', 'field_is_known'),
    ('{"operator": "like", "value": "x"}', 'operator_is_known'),
    ('{"operator": "gt", "value": 5}', 'operator_suits_field'),
    ('{"field": "tags", "operator": "lt", "value": 5}', 'operator_suits_field'),
    ('{"field": "created_at", "operator": "eq", "value": 5}', 'operator_suits_field'),
    ('{"field": "created_at", "operator": "contains", "value": "2026"}', 'operator_suits_field'),
    ('{"field": "activity:call", "operator": "matches", "value": "x"}', 'operator_suits_field'),
    ('{"value": "x"}', 'value_suits_operator'),
    ('{"operator": "eq"}', 'value_suits_operator'),
    ('{"operator": "eq", "value": ["x"]}', 'value_suits_operator'),
    ('{"operator": "neq", "value": {}}', 'value_suits_operator'),
    ('{"operator": "eq", "value": ""}', 'value_suits_operator'),
    ('{"operator": "in", "value": ["x", ""]}', 'value_suits_operator'),
    ('{"operator": "in", "value": "x"}', 'value_suits_operator'),
    ('{"operator": "in", "value": []}', 'value_suits_operator'),
    ('{"operator": "in", "value": ["x", null]}', 'value_suits_operator'),
    ('{"operator": "in", "value": ["x", ["y"]]}', 'value_suits_operator'),
    ('{"operator": "contains", "value": ""}', 'value_suits_operator'),
    ('{"operator": "contains", "value": 5}', 'value_suits_operator'),
    ('{"operator": "matches", "value": true}', 'value_suits_operator'),
    ('{"field": "custom.n", "operator": "gt", "value": "5"}', 'value_suits_operator'),
    ('{"field": "custom.n", "operator": "between", "value": 5}', 'value_suits_operator'),
    ('{"field": "custom.n", "operator": "between", "value": [5]}', 'value_suits_operator'),
    ('{"field": "custom.n", "operator": "between", "value": [5, 4]}', 'value_suits_operator'),
    ('{"field": "custom.n", "operator": "between", "value": [4, "5"]}', 'value_suits_operator'),
    ('{"field": "custom.n", "operator": "between", "value": [4, 5, 6]}', 'value_suits_operator'),
    ('{"operator": "matches", "value": "(unclosed"}', 'pattern_is_a_regular_expression'),
    ('{"operator": "matches", "value": "a**"}', 'pattern_is_a_regular_expression'),
    ('{"cap": 0}', 'cap_is_positive'),
    ('{"field": "created_at", "half_life_days": 0}', 'half_life_is_positive'),
    ('{"half_life_days": 3}', 'only_what_has_a_time_fades'),
    ('{"field": "created_at", "operator": "absent", "half_life_days": 3}', 'only_what_has_a_time_fades'),
    ('{"per_occurrence": true}', 'only_activities_occur_repeatedly'),
    ('{"field": "activity:call", "operator": "absent", "per_occurrence": true}', 'only_activities_occur_repeatedly'),
    ('{"description": ""}', 'description_has_1_to_300_characters')
  ) as v (rule, fact);

select is(pg_temp.refused_by('{"field": "title", "operator": "exists"}' || rule), null, 'fine: ' || rule::text)
  from (values
    ('{"field": "custom.n", "operator": "between", "value": [5, 5]}'::jsonb),
    ('{"field": "company.Größe in m²", "operator": "in", "value": [1, "x", true]}'),
    ('{"field": "activity:call", "operator": "gte", "value": 2, "per_occurrence": true, "half_life_days": 0.5}'),
    ('{"field": "created_at", "operator": "lt", "value": 30, "half_life_days": 7}'),
    ('{"points": -9999.99, "cap": 0.01}')
  ) as v (rule);

select throws_ok($$
  insert into public.scoring_rules (agency_id, model_id, position, rule_group, field, operator, points, description)
  select r.agency_id, r.model_id, r.position, 'fit', 'title', 'exists', 1, 'Twice'
    from public.scoring_rules as r where r.position = 1
$$, 'PT409', 'scoring_model_not_draft', 'a published model takes no further rule');

select * from finish();
rollback;
