create or replace function private.campaign_state(agency_id uuid, campaign_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('agency_id', c.agency_id, 'campaign_id', c.id,
           'totals', private.lead_totals(c.agency_id, array[c.id]))
    from public.campaigns as c
   where c.agency_id = campaign_state.agency_id
     and c.id = campaign_state.campaign_id
     and c.deleted_at is null
$$;

comment on function private.campaign_state(uuid, uuid) is
  'What is told on campaign:<id>: {agency_id, campaign_id, totals}; totals as get_campaign_performance answers them. Null for a campaign that is gone.';
