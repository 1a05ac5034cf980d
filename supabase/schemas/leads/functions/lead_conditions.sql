create or replace function private.lead_conditions(
  agency_id uuid,
  status text,
  priority text,
  campaign_id uuid,
  data_source_id uuid,
  scraping_job_id uuid,
  assigned_to uuid,
  grade text,
  min_score numeric,
  tag text,
  search text
)
returns text
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := lead_conditions.agency_id;
  v_query text := private.search_query(lead_conditions.search)::text;
  v_filters text[] := array[format('t.agency_id = %L and t.deleted_at is null', v_agency)];
begin
  -- What does not apply makes its clause null, and array_to_string leaves nulls out.
  if not private.can(v_agency, 'leads.read') then
    perform private.require(v_agency, 'leads.read', 'leads.read_assigned', 'leads.read_client');
    v_filters := v_filters || format('(%s)', array_to_string(array[
      'false',
      case when private.can(v_agency, 'leads.read_assigned') then format('t.assigned_to = %L', private.uid()) end,
      't.campaign_id = any (' || quote_literal(nullif(private.own_campaigns('leads.read_client'), '{}')) || ')'
    ], ' or '));
  end if;

  if not pg_input_is_valid(lead_conditions.status, 'public.lead_status') then
    raise exception using errcode = 'PT422', message = 'lead_status_unknown',
      detail = format('There is no lead status %s.', lead_conditions.status),
      hint = 'One of new, contacted, responded, qualified, converted, rejected.';
  end if;
  if not pg_input_is_valid(lead_conditions.priority, 'public.lead_priority') then
    raise exception using errcode = 'PT422', message = 'lead_priority_unknown',
      detail = format('There is no lead priority %s.', lead_conditions.priority),
      hint = 'One of low, medium, high, urgent.';
  end if;
  v_filters := v_filters || array[
    't.status = ' || quote_literal(lead_conditions.status),
    't.priority = ' || quote_literal(lead_conditions.priority),
    't.campaign_id = ' || quote_literal(lead_conditions.campaign_id),
    't.data_source_id = ' || quote_literal(lead_conditions.data_source_id),
    't.scraping_job_id = ' || quote_literal(lead_conditions.scraping_job_id),
    't.assigned_to = ' || quote_literal(lead_conditions.assigned_to),
    't.score_grade = ' || quote_literal(upper(lead_conditions.grade)),
    't.score >= ' || quote_literal(lead_conditions.min_score),
    't.tags @> array[' || quote_literal(lead_conditions.tag) || ']',
    't.id in (select s.id from public.leads as s where s.agency_id = ' || quote_literal(v_agency)
      || ' and s.search @@ ' || quote_literal(v_query) || '::tsquery)'
  ];
  return array_to_string(v_filters, ' and ');
end;
$$;

comment on function private.lead_conditions(uuid, text, text, uuid, uuid, uuid, uuid, text, numeric, text, text) is
  'The where clause of a list of leads: the caller''s scope and the filters given, over lead_details as t. Errors: 403 permission_denied, 422 lead_status_unknown, lead_priority_unknown.';
