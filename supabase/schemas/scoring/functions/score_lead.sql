create or replace function private.score_lead(lead public.leads, at timestamptz)
returns private.lead_score
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_program record;
  v_step private.scoring_step;
  v_index integer := 0;
  -- Folds case seven times faster than the database's collation, and the same way everywhere.
  v_text text collate pg_catalog.pg_c_utf8;
  v_texts text[];
  v_document jsonb;
  v_time timestamptz;
  v_count integer;
  v_factor numeric;
  v_points integer;
  v_fit integer := 0;
  v_engagement integer := 0;
  v_score private.lead_score;
begin
  select p.*, exists (
      select from public.lead_activities as a
       where a.agency_id = lead.agency_id and a.lead_id = lead.id
         and a.occurred_at <= score_lead.at
    ) as has_activities
    into v_program
    from private.scoring_programs as p
   where p.agency_id = lead.agency_id;
  if not found then
    return (0, '{}'::integer[], 0.0, 'F'::text);
  end if;
  v_score.log := array_fill(0, array[cardinality(v_program.steps) + 2]);

  foreach v_step in array v_program.steps loop
    v_index := v_index + 1;

    if v_step.source = 'activity' then
      v_count := 0;
      v_factor := 1 - v_step.per_occurrence::integer;
      if v_program.has_activities then
        select count(*), case
            when v_step.per_occurrence
              then coalesce(sum(private.decay(score_lead.at - a.occurred_at, v_step.half_life_days)), 0)
            else private.decay(score_lead.at - max(a.occurred_at), v_step.half_life_days)
          end
          into v_count, v_factor
          from public.lead_activities as a
         where a.agency_id = lead.agency_id and a.lead_id = lead.id
           and a.type = v_step.key and a.occurred_at <= score_lead.at;
      end if;
      continue when not (case v_step.operator
        when 'exists' then v_count > 0
        when 'absent' then v_count = 0
        else v_count::numeric <@ v_step.numbers
      end);
      -- Bounded before the cast: a thousand visits may come to more than an integer holds.
      v_points := greatest(least(round(v_step.points * v_factor), 999999), -999999);

    elsif v_step.source = 'time' then
      v_time := case v_step.key
        when 'created_at' then lead.created_at
        when 'last_contacted_at' then lead.last_contacted_at
        when 'responded_at' then lead.responded_at
        when 'qualified_at' then lead.qualified_at
        when 'converted_at' then lead.converted_at
      end;
      if v_time > score_lead.at then
        v_time := null; -- not yet, at that moment
      end if;
      continue when (case v_step.operator
        when 'exists' then v_time is not null
        when 'absent' then v_time is null
        else (date_part('epoch', score_lead.at - v_time) / 86400)::numeric <@ v_step.numbers
      end) is not true;
      v_points := round(v_step.points * private.decay(score_lead.at - v_time, v_step.half_life_days));

    else
      v_texts := null;
      if v_step.source = 'lead' then
        v_text := nullif(case v_step.key
          when 'status' then lead.status::text
          when 'title' then lead.title
          when 'priority' then lead.priority::text
          when 'qualification_score' then lead.qualification_score::text
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
        end, '');
      elsif v_step.source = 'tags' then
        v_texts := lead.tags;
      else
        v_document := case v_step.source
          when 'custom' then lead.custom_fields else lead.company_data end -> v_step.key;
        v_text := nullif(v_document #>> '{}', '');
        case jsonb_typeof(v_document)
          when 'number' then v_text := trim_scale(v_text::numeric);
          when 'array', 'object' then v_texts := private.document_texts(v_document);
          else null;
        end case;
      end if;
      continue when (case
        when v_texts is not null then private.texts_satisfy(v_texts, v_step)
        else case v_step.operator
          when 'exists' then v_text is not null
          when 'absent' then v_text is null
          when 'eq' then lower(v_text) = v_step.texts[1]
          when 'in' then lower(v_text) = any (v_step.texts)
          when 'neq' then lower(v_text) is distinct from v_step.texts[1]
          when 'matches' then v_text ~* v_step.texts[1]
          when 'contains' then strpos(lower(v_text), v_step.texts[1]) > 0
          else case
            when v_text ~ '^[+-]?[0-9]{1,30}(\.[0-9]{1,30})?$' then v_text::numeric <@ v_step.numbers
          end
        end
      end) is not true;
      v_points := v_step.points;
    end if;

    v_points := greatest(least(v_points, v_step.cap), -v_step.cap);
    v_score.log[v_index] := v_points;
    if v_step.rule_group = 'fit' then
      v_fit := v_fit + v_points;
    else
      v_engagement := v_engagement + v_points;
    end if;
  end loop;

  if v_fit > v_program.fit_cap then
    v_score.log[v_index + 1] := v_program.fit_cap - v_fit;
    v_fit := v_program.fit_cap;
  end if;
  if v_engagement > v_program.engagement_cap then
    v_score.log[v_index + 2] := v_program.engagement_cap - v_engagement;
    v_engagement := v_program.engagement_cap;
  end if;
  v_score.score := round(greatest(0, least(10000, v_program.base + v_fit + v_engagement)) / 100.0, 2);
  v_score.grade := case
    when v_score.score >= v_program.grade_a then 'A'
    when v_score.score >= v_program.grade_b then 'B'
    when v_score.score >= v_program.grade_c then 'C'
    when v_score.score >= v_program.grade_d then 'D'
    else 'F'
  end;
  v_score.model_version := v_program.model_version;
  return v_score;
end;
$$;

comment on function private.score_lead(public.leads, timestamptz) is
  'Judges a lead by its agency''s published model as of a moment. The one place where rules are evaluated: the result depends on the lead''s row, its activities up to the moment, and the model alone.';
