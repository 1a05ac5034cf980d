create or replace function public.bulk_update_lead_status(
  lead_ids uuid[],
  status text,
  agency_id uuid default null
)
returns jsonb
language sql
volatile
security invoker
set search_path = ''
as $$
  select public.bulk_update_leads(
    bulk_update_lead_status.lead_ids,
    jsonb_build_object('status', bulk_update_lead_status.status),
    bulk_update_lead_status.agency_id
  )
$$;

comment on function public.bulk_update_lead_status(uuid[], text, uuid) is
  'Moves 1 to 100 leads to a status: bulk_update_leads with nothing but that.';
revoke all on function public.bulk_update_lead_status(uuid[], text, uuid) from public, anon;
grant execute on function public.bulk_update_lead_status(uuid[], text, uuid) to authenticated;
