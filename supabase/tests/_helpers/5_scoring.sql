-- Scoring models for tests, and how they judge.

create function tests.publish_model(slug text, rules jsonb, model jsonb default '{}')
returns integer
language plpgsql
as $$
#variable_conflict error
declare
  v_agency uuid := tests.id(publish_model.slug);
  v_model public.scoring_models := jsonb_populate_record(null::public.scoring_models,
    '{"grade_a": 80, "grade_b": 60, "grade_c": 40, "grade_d": 20, "base": 0}' || publish_model.model);
begin
  update public.scoring_models as m set status = 'archived', archived_at = now()
   where m.agency_id = v_agency and m.status = 'published';
  insert into public.scoring_models (
    agency_id, version, name, base, fit_cap, engagement_cap, grade_a, grade_b, grade_c, grade_d
  )
  select v_agency, max(m.version) + 1, 'Test', v_model.base, v_model.fit_cap, v_model.engagement_cap,
         v_model.grade_a, v_model.grade_b, v_model.grade_c, v_model.grade_d
    from public.scoring_models as m
   where m.agency_id = v_agency
  returning * into v_model;
  insert into public.scoring_rules (
    agency_id, model_id, position, rule_group, field, operator, value, points, cap, half_life_days,
    per_occurrence, description
  )
  select v_agency, v_model.id, n, coalesce(r ->> 'rule_group', 'fit'), r ->> 'field', r ->> 'operator',
         nullif(r -> 'value', 'null'), coalesce((r ->> 'points')::numeric, 1), (r ->> 'cap')::numeric,
         (r ->> 'half_life_days')::numeric, coalesce((r ->> 'per_occurrence')::boolean, false),
         coalesce(r ->> 'description', 'Rule ' || n)
    from jsonb_array_elements(publish_model.rules) with ordinality as given (r, n);
  update public.scoring_models as m set status = 'published', published_at = now()
   where m.agency_id = v_agency and m.id = v_model.id;
  update public.leads as l set scored_at = clock_timestamp() where l.agency_id = v_agency;
  return v_model.version;
end;
$$;
comment on function tests.publish_model(text, jsonb, jsonb) is
  'Publishes a model with just these rules (in the group fit and for 1 point where they do not say) and judges the agency''s leads by it; returns its version.';

create function tests.points(slug text, rule jsonb, lead jsonb, at timestamptz default now())
returns numeric
language plpgsql
as $$
#variable_conflict error
begin
  perform tests.publish_model(points.slug, jsonb_build_array(points.rule));
  return (private.score_lead(jsonb_populate_record(null::public.leads,
    '{"status": "new", "priority": "medium", "tags": [], "custom_fields": {}, "company_data": {}}'
      || points.lead || jsonb_build_object('agency_id', tests.id(points.slug))), points.at)).log[1] / 100.0;
end;
$$;
comment on function tests.points(text, jsonb, jsonb, timestamptz) is
  'What one rule gives for a lead that is nowhere stored.';

grant execute on all functions in schema tests to public;
