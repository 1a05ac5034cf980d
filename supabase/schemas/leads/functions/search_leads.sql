create or replace function public.search_leads(
  query text,
  agency_id uuid default null,
  max_results integer default 20
)
returns setof public.leads
language plpgsql
stable
security definer -- under RLS the search index could not be used
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(search_leads.agency_id);
  v_query tsquery := private.search_query(search_leads.query);
  v_all boolean := private.can(v_agency, 'leads.read');
  v_assigned boolean := false;
  v_campaigns uuid[] := '{}'::uuid[];
begin
  if search_leads.max_results is null or search_leads.max_results not between 1 and 100 then
    raise exception using errcode = 'PT422', message = 'max_results_out_of_range',
      detail = 'A search answers with 1 to 100 results.';
  end if;
  if not v_all then
    perform private.require(v_agency, 'leads.read', 'leads.read_assigned', 'leads.read_client');
    v_assigned := private.can(v_agency, 'leads.read_assigned');
    v_campaigns := private.own_campaigns('leads.read_client');
  end if;
  return query
    select l.*
      from public.leads as l
     where l.agency_id = v_agency
       and l.search @@ v_query
       and l.deleted_at is null
       and (v_all or (v_assigned and l.assigned_to = private.uid()) or l.campaign_id = any (v_campaigns))
     order by ts_rank(l.search, v_query) desc, l.id desc
     limit search_leads.max_results;
end;
$$;

comment on function public.search_leads(text, uuid, integer) is
  'The visible leads in which every word of the query begins a word, the best match first. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, 422 max_results_out_of_range.';
revoke all on function public.search_leads(text, uuid, integer) from public, anon;
grant execute on function public.search_leads(text, uuid, integer) to authenticated;
