create or replace function private.own_figures(agency_id uuid, summaries jsonb)
returns jsonb
language plpgsql
stable
security invoker -- called by definers
set search_path = ''
as $$
#variable_conflict error
declare
  v_clients uuid[] := private.own_clients('analytics.read_client');
  v_assignee uuid := case when private.can(own_figures.agency_id, 'analytics.read_assigned') then private.uid() end;
begin
  return (
    with own as (
      select l.campaign_id, count(*) as total,
             count(*) filter (where l.status = 'qualified') as qualified,
             count(*) filter (where l.status = 'converted') as converted
        from public.leads as l
       where l.agency_id = own_figures.agency_id
         and l.assigned_to = v_assignee
         and l.deleted_at is null
       group by l.campaign_id
    )
    select coalesce(jsonb_agg(
             case when (s.summary ->> 'client_id')::uuid = any (v_clients) then s.summary
             else s.summary || jsonb_build_object(
               'leads_total', coalesce(o.total, 0),
               'leads_qualified', coalesce(o.qualified, 0),
               'leads_converted', coalesce(o.converted, 0),
               'conversion_rate', round(o.converted::numeric / o.total, 4))
             end order by s.position), '[]')
      from jsonb_array_elements(own_figures.summaries) with ordinality as s (summary, position)
      left join own as o on o.campaign_id = (s.summary ->> 'id')::uuid
  );
end;
$$;

comment on function private.own_figures(uuid, jsonb) is
  'Rows of campaign_summary with the figures of a caller without analytics.read: of all leads where the campaign is of their own client, else of the leads assigned to them.';
