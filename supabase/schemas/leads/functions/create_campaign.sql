create or replace function public.create_campaign(
  name text,
  attributes jsonb default '{}',
  agency_id uuid default null
)
returns public.campaigns
language plpgsql
volatile
security definer -- campaigns have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(create_campaign.agency_id);
  v_campaign public.campaigns;
begin
  perform private.require(v_agency, 'campaigns.write');
  perform private.require_keys(create_campaign.attributes, private.campaign_fields());

  -- A key that says null is as good as none: the column's default holds.
  v_campaign := jsonb_populate_record(
    null::public.campaigns,
    '{"kind": "lead_gen", "currency": "USD", "goals": {}, "tags": [], "metadata": {}}'
      || (select coalesce(jsonb_object_agg(a.key, a.value), '{}')
            from jsonb_each(create_campaign.attributes) as a where a.value <> 'null')
      || jsonb_build_object('name', create_campaign.name)
  );
  insert into public.campaigns (
    agency_id, client_id, name, description, kind, starts_on, ends_on, budget_cents, currency,
    target_leads, goals, tags, metadata, created_by
  )
  values (
    v_agency, v_campaign.client_id, v_campaign.name, v_campaign.description, v_campaign.kind,
    v_campaign.starts_on, v_campaign.ends_on, v_campaign.budget_cents, v_campaign.currency,
    v_campaign.target_leads, v_campaign.goals, v_campaign.tags, v_campaign.metadata, private.uid()
  )
  returning * into v_campaign;
  perform private.audit(v_agency, 'campaign.created', v_campaign.id, null, to_jsonb(v_campaign));
  return v_campaign;
end;
$$;

comment on function public.create_campaign(text, jsonb, uuid) is
  'Makes a draft campaign. Attributes: client_id, description, kind, starts_on, ends_on, budget_cents, currency, target_leads, goals, tags, metadata. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, 422 unknown_field, and the named checks of campaigns.';
revoke all on function public.create_campaign(text, jsonb, uuid) from public, anon;
grant execute on function public.create_campaign(text, jsonb, uuid) to authenticated;
