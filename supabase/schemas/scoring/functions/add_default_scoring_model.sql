create or replace function private.add_default_scoring_model(agency_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_model uuid;
begin
  insert into public.scoring_models (
    agency_id, version, name, base, fit_cap, engagement_cap
  )
  values (add_default_scoring_model.agency_id, 1, 'Default', 10, 60, 60)
  returning id into v_model;

  insert into public.scoring_rules (
    agency_id, model_id, position, rule_group, field, operator, value, points, cap,
    half_life_days, per_occurrence, description
  )
  select add_default_scoring_model.agency_id, v_model, row_number() over (), r.rule_group, r.field,
         r.operator, r.value::jsonb, r.points, r.cap, r.half_life_days, r.per_occurrence,
         r.description
    from (values
      -- Who the lead is.
      ('fit', 'qualification_score', 'eq', '5', 20, null::numeric, null::numeric, false, 'Judged excellent by a person'),
      ('fit', 'qualification_score', 'eq', '4', 12, null, null, false, 'Judged good by a person'),
      ('fit', 'qualification_score', 'lte', '2', -15, null, null, false, 'Judged poor by a person'),
      ('fit', 'priority', 'in', '["high", "urgent"]', 6, null, null, false, 'Marked as important'),
      ('fit', 'priority', 'eq', '"low"', -3, null, null, false, 'Marked as unimportant'),
      ('fit', 'email', 'exists', null, 6, null, null, false, 'Has an e-mail address'),
      ('fit', 'phone', 'exists', null, 4, null, null, false, 'Has a phone number'),
      ('fit', 'company', 'exists', null, 4, null, null, false, 'Names a company'),
      ('fit', 'title', 'exists', null, 3, null, null, false, 'Names a job title'),
      ('fit', 'linkedin_url', 'exists', null, 3, null, null, false, 'Has a LinkedIn profile'),
      ('fit', 'website', 'exists', null, 2, null, null, false, 'Has a website'),
      ('fit', 'title', 'matches', '"\\m(chief|c[efimost]o|founder|co-founder|owner|partner|(?<!vice.)president)\\M"', 12, null, null, false, 'Leads the company'),
      ('fit', 'title', 'matches', '"\\m(vp|vice.president|head|director)\\M"', 8, null, null, false, 'Leads a department'),
      -- What the lead does.
      ('engagement', 'status', 'eq', '"responded"', 8, null, null, false, 'Has answered'),
      ('engagement', 'status', 'in', '["qualified", "converted"]', 15, null, null, false, 'Is qualified'),
      ('engagement', 'status', 'eq', '"rejected"', -30, null, null, false, 'Was rejected'),
      ('engagement', 'created_at', 'exists', null, 5, null, 30, false, 'Came in recently'),
      ('engagement', 'last_contacted_at', 'exists', null, 5, null, 14, false, 'Was contacted recently'),
      ('engagement', 'activity:replied', 'exists', null, 12, 30, 30, true, 'Replied'),
      ('engagement', 'activity:meeting', 'exists', null, 15, 30, 45, true, 'Met us'),
      ('engagement', 'activity:form_submitted', 'exists', null, 10, 20, 30, true, 'Filled in a form'),
      ('engagement', 'activity:email_clicked', 'exists', null, 3, 9, 14, true, 'Clicked in an e-mail'),
      ('engagement', 'activity:email_opened', 'exists', null, 1, 5, 14, true, 'Opened an e-mail'),
      ('engagement', 'activity:page_visited', 'exists', null, 1, 5, 7, true, 'Visited a page'),
      ('engagement', 'activity:email_bounced', 'exists', null, -10, 20, 90, true, 'An e-mail bounced')
    ) as r (rule_group, field, operator, value, points, cap, half_life_days, per_occurrence, description);

  update public.scoring_models as m
     set status = 'published', published_at = now()
   where m.agency_id = add_default_scoring_model.agency_id and m.id = v_model;
end;
$$;

comment on function private.add_default_scoring_model(uuid) is
  'Gives an agency its first published model: status, qualification, priority, completeness, title and recency.';
