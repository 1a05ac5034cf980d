create or replace function private.score_lead(lead public.leads, at timestamptz)
returns private.lead_score
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_model public.scoring_models;
  v_rule record;
  v_has_activities boolean;
  v_document jsonb;
  v_text text;
  v_list text[];
  v_time timestamptz;
  v_count integer;
  v_holds boolean;
  v_factor numeric;
  v_points numeric;
  v_log jsonb[] := '{}';
  v_fit numeric := 0;
  v_engagement numeric := 0;
  v_score numeric;
begin
  select m.* into v_model
    from public.scoring_models as m
   where m.agency_id = lead.agency_id and m.status = 'published';
  if not found then
    return null;
  end if;
  v_has_activities := exists (
    select from public.lead_activities as a
     where a.agency_id = lead.agency_id and a.lead_id = lead.id
  );

  for v_rule in
    select r.id, r.rule_group, r.source, r.key, r.operator, r.texts, r.numbers, r.points, r.cap,
           r.half_life_days, r.per_occurrence
      from public.scoring_rules as r
     where r.agency_id = lead.agency_id and r.model_id = v_model.id
     order by r.position
  loop
    v_factor := 1;

    if v_rule.source = 'time' then
      v_time := case v_rule.key
        when 'created_at' then lead.created_at
        when 'last_contacted_at' then lead.last_contacted_at
        when 'responded_at' then lead.responded_at
        when 'qualified_at' then lead.qualified_at
        when 'converted_at' then lead.converted_at
      end;
      -- What comes later has not happened yet.
      if v_time > score_lead.at then
        v_time := null;
      end if;
      v_holds := case v_rule.operator
        when 'exists' then v_time is not null
        when 'absent' then v_time is null
        else (date_part('epoch', score_lead.at - v_time) / 86400)::numeric <@ v_rule.numbers
      end;
      continue when v_holds is not true;
      if v_rule.half_life_days is not null then
        v_factor := power(0.5::float8,
          date_part('epoch', score_lead.at - v_time) / 86400 / v_rule.half_life_days::float8)::numeric;
      end if;

    elsif v_rule.source = 'activity' then
      v_count := 0;
      v_time := null;
      if v_has_activities then
        select count(*), max(a.occurred_at), coalesce(sum(case
            when v_rule.half_life_days is null then 1
            else power(0.5::float8, date_part('epoch', score_lead.at - a.occurred_at)
              / 86400 / v_rule.half_life_days::float8)::numeric
          end), 0)
          into v_count, v_time, v_factor
          from public.lead_activities as a
         where a.agency_id = lead.agency_id and a.lead_id = lead.id
           and a.type = v_rule.key and a.occurred_at <= score_lead.at;
      end if;
      v_holds := case v_rule.operator
        when 'exists' then v_count > 0
        when 'absent' then v_count = 0
        else v_count::numeric <@ v_rule.numbers
      end;
      continue when v_holds is not true;
      if not v_rule.per_occurrence then
        v_factor := case
          when v_rule.half_life_days is null then 1
          else power(0.5::float8, date_part('epoch', score_lead.at - v_time)
              / 86400 / v_rule.half_life_days::float8)::numeric
        end;
      end if;

    else
      v_list := null;
      if v_rule.source = 'lead' then
        v_text := case v_rule.key
          when 'status' then lead.status::text
          when 'priority' then lead.priority::text
          when 'qualification_score' then lead.qualification_score::text
          when 'title' then lead.title
          when 'email' then lead.email::text
          when 'phone' then lead.phone
          when 'company' then lead.company
          when 'website' then lead.website
          when 'linkedin_url' then lead.linkedin_url
          when 'first_name' then lead.first_name
          when 'last_name' then lead.last_name
          when 'city' then lead.city
          when 'country' then lead.country
          when 'industry' then lead.industry
        end;
        if v_rule.key = 'tags' then
          v_list := lead.tags;
        end if;
      else
        v_document := case v_rule.source
          when 'custom' then lead.custom_fields else lead.company_data end -> v_rule.key;
        v_text := v_document #>> '{}';
        if jsonb_typeof(v_document) = 'number' then
          v_text := trim_scale(v_text::numeric)::text;
        elsif jsonb_typeof(v_document) = 'array' then
          v_list := array(select jsonb_array_elements_text(v_document));
        end if;
      end if;
      if v_list is null then
        v_holds := case v_rule.operator
          when 'exists' then v_text <> ''
          when 'absent' then coalesce(v_text, '') = ''
          when 'matches' then v_text ~* v_rule.texts[1]
          when 'eq' then lower(v_text) = v_rule.texts[1]
          when 'in' then lower(v_text) = any (v_rule.texts)
          when 'neq' then (lower(v_text) = v_rule.texts[1]) is not true
          when 'contains' then strpos(lower(v_text), v_rule.texts[1]) > 0
          else case when v_text ~ '^[+-]?\d{1,30}(\.\d{1,30})?$' then v_text::numeric <@ v_rule.numbers end
        end;
      else
        null;
      end if;
      continue when v_holds is not true;
    end if;

    v_points := v_rule.points * v_factor;
    if v_rule.cap is not null then
      v_points := greatest(-v_rule.cap, least(v_rule.cap, v_points));
    end if;
    v_points := round(v_points, 2);
    continue when v_points = 0;
    if v_rule.rule_group = 'fit' then
      v_fit := v_fit + v_points;
    else
      v_engagement := v_engagement + v_points;
    end if;
    v_log := v_log || jsonb_build_object('rule_id', v_rule.id, 'group', v_rule.rule_group,
      'points', v_points, 'evidence', jsonb_build_object('value', v_text));
  end loop;

  v_score := greatest(0, least(100, v_model.base + v_fit + v_engagement));
  return (v_model.id, v_model.version, v_model.base, to_jsonb(v_log), v_score, case
    when v_score >= v_model.grade_a then 'A'
    when v_score >= v_model.grade_b then 'B'
    when v_score >= v_model.grade_c then 'C'
    when v_score >= v_model.grade_d then 'D'
    else 'F'
  end);
end;
$$;
