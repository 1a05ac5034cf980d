create or replace function public.list_lead_activities(
  lead_id uuid,
  type text default null,
  page integer default 1,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- the helpers that authorise are the owner's alone
set search_path = ''
as $$
#variable_conflict error
declare
  v_lead public.leads := private.authorize_lead(list_lead_activities.lead_id, 'leads.read');
begin
  return private.page_of(
    'public.lead_activities',
    format('t.agency_id = %L and t.lead_id = %L', v_lead.agency_id, v_lead.id)
      || coalesce(' and t.type = ' || quote_literal(list_lead_activities.type), ''),
    '{occurred_at}', list_lead_activities.page, list_lead_activities.page_size,
    'occurred_at', 'desc', null);
end;
$$;

comment on function public.list_lead_activities(uuid, text, integer, integer) is
  'A page {items, total} of what happened with a lead, the latest first. Errors: 401 not_signed_in, 404 lead_not_found, 422 page_out_of_range.';
revoke all on function public.list_lead_activities(uuid, text, integer, integer) from public, anon;
grant execute on function public.list_lead_activities(uuid, text, integer, integer) to authenticated;
