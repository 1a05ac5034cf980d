create or replace function private.compile_scoring_model(agency_id uuid, model_id uuid)
returns void
language sql
volatile
set search_path = ''
as $$
  insert into private.scoring_programs (
    agency_id, model_id, model_version, base, fit_cap, engagement_cap,
    grade_a, grade_b, grade_c, grade_d, steps
  )
  select m.agency_id, m.id, m.version, m.base * 100, m.fit_cap * 100, m.engagement_cap * 100,
         m.grade_a, m.grade_b, m.grade_c, m.grade_d,
         array(
           select (
               r.rule_group,
               r.source,
               regexp_replace(r.field, '^(custom\.|company\.|activity:)', ''),
               r.operator,
               private.rule_texts(r.operator, r.value),
               private.rule_numbers(r.operator, r.value),
               (r.points * 100)::integer,
               (coalesce(r.cap, 9999.99) * 100)::integer,
               r.half_life_days::double precision,
               r.per_occurrence
             )::private.scoring_step
             from public.scoring_rules as r
            where r.agency_id = m.agency_id and r.model_id = m.id
            order by r.position
         )
    from public.scoring_models as m
   where m.agency_id = compile_scoring_model.agency_id
     and m.id = compile_scoring_model.model_id
     and m.status = 'published'
  on conflict on constraint scoring_programs_pkey do update
    set (model_id, model_version, base, fit_cap, engagement_cap,
         grade_a, grade_b, grade_c, grade_d, steps)
      = (excluded.model_id, excluded.model_version, excluded.base, excluded.fit_cap,
         excluded.engagement_cap, excluded.grade_a, excluded.grade_b, excluded.grade_c,
         excluded.grade_d, excluded.steps)
$$;

comment on function private.compile_scoring_model(uuid, uuid) is
  'Makes the program that private.score_lead reads from a published model and its rules.';
