-- What a view is made of has to stand before it.

create or replace function private.score_entries(
  agency_id uuid,
  lead_id uuid,
  document jsonb,
  at timestamptz,
  score private.lead_score
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with model as (
    select m.*
      from public.scoring_models as m
     where m.agency_id = score_entries.agency_id and m.version = (score).model_version
  ),
  rules as (
    select r.*, row_number() over (order by r.position) as nr
      from model as m
      join public.scoring_rules as r on r.agency_id = m.agency_id and r.model_id = m.id
  ),
  entries as (
    select r.nr, r.id as rule_id, r.rule_group, r.field, r.operator, r.description, case r.source
        when 'time' then jsonb_build_object(
          'at', document -> r.field,
          'age_days', round((date_part('epoch',
            score_entries.at - (document ->> r.field)::timestamptz) / 86400)::numeric, 2))
        when 'activity' then (
          select jsonb_build_object('count', count(*), 'last_at', max(a.occurred_at))
            from public.lead_activities as a
           where a.agency_id = score_entries.agency_id and a.lead_id = score_entries.lead_id
             and a.type = substr(r.field, 10) and a.occurred_at <= score_entries.at
        )
        when 'custom' then jsonb_build_object('value', document -> 'custom_fields' -> substr(r.field, 8))
        when 'company' then jsonb_build_object('value', document -> 'company_data' -> substr(r.field, 9))
        else jsonb_build_object('value', document -> r.field)
      end as evidence
      from rules as r
    union all
    select (select count(*) from rules) + g.nr, null, g.rule_group, null, null,
           'The group ' || g.rule_group || ' counts no more than its cap',
           jsonb_build_object('cap', g.cap)
      from model as m
     cross join lateral (
       values (1, 'fit', m.fit_cap), (2, 'engagement', m.engagement_cap)
     ) as g (nr, rule_group, cap)
  )
  select coalesce(jsonb_agg(jsonb_build_object(
      'rule_id', e.rule_id, 'group', e.rule_group, 'field', e.field, 'operator', e.operator,
      'description', e.description, 'points', round(e.hundredths / 100.0, 2), 'evidence', e.evidence
    ) order by abs(e.hundredths) desc, e.nr), '[]')
    from (select entries.*, (score).log[entries.nr] as hundredths from entries) as e
   where e.hundredths <> 0
$$;

comment on function private.score_entries(uuid, uuid, jsonb, timestamptz, private.lead_score) is
  'The log of a score in full: what each rule gave, and what it saw in the lead (`document`) at that moment.';
grant execute on function private.score_entries(uuid, uuid, jsonb, timestamptz, private.lead_score)
  to authenticated;

create view public.lead_scores
with (security_invoker = true)
as
select l.agency_id, l.id as lead_id, m.id as model_id, m.version as model_version, m.base,
       private.score_entries(
         l.agency_id, l.id, to_jsonb(fields), l.scored_at,
         (m.version, l.score_log, l.score, l.score_grade)::private.lead_score
       ) as contributions,
       l.score, l.score_grade as grade, l.scored_at
  from public.leads as l
  join public.scoring_models as m
    on m.agency_id = l.agency_id and m.version = l.score_model_version
 cross join lateral (
   select l.first_name, l.last_name, l.email, l.phone, l.company, l.title, l.website,
          l.linkedin_url, l.city, l.country, l.industry, l.status, l.priority,
          l.qualification_score, l.tags, l.custom_fields, l.company_data, l.created_at,
          l.last_contacted_at, l.responded_at, l.qualified_at, l.converted_at
 ) as fields;

comment on view public.lead_scores is
  'How each lead came to its score: base plus contributions, cut to 0 to 100, is the score. Read from the lead itself, so the log can never differ from the score.';
comment on column public.lead_scores.contributions is
  '[{rule_id, group, field, operator, description, points, evidence}], the weightiest first. An entry without rule_id takes back what exceeds the cap of its group.';
comment on column public.lead_scores.scored_at is
  'The moment of the judgement, to which every age refers.';
grant select on public.lead_scores to authenticated;
