create or replace function public.create_lead(campaign_id uuid, attributes jsonb)
returns public.leads
language plpgsql
volatile
security definer -- leads have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_campaign public.campaigns := private.authorize_campaign(create_lead.campaign_id, 'leads.create');
  v_given private.parsed_lead := private.parse_lead(create_lead.attributes);
  v_key text := private.lead_identity((v_given).attributes);
  v_lead public.leads;
begin
  if v_key is null then
    raise exception using errcode = 'PT422', message = 'lead_needs_identity',
      detail = 'Nothing says who this lead is.',
      hint = 'Give an e-mail, a LinkedIn URL, a phone, or a company and a name.';
  end if;
  select l.* into v_lead
    from private.insert_leads(v_campaign, array[(v_given).attributes], (v_given).given) as l;
  if not found then
    raise exception using errcode = 'PT409', message = 'lead_exists',
      detail = 'The agency already has this lead.',
      hint = coalesce((
        select 'Its id is ' || l.id || '.'
          from public.leads as l
         where l.agency_id = v_campaign.agency_id and l.dedupe_key = v_key and l.deleted_at is null
           and private.may_with_lead(l, 'leads.read')
      ), 'It is not among the leads that you may see.');
  end if;
  perform private.audit(v_lead.agency_id, 'lead.created', v_lead.id, null, to_jsonb(v_lead));
  return v_lead;
end;
$$;

comment on function public.create_lead(uuid, jsonb) is
  'Adds a lead to a campaign. Attributes: the fields of private.lead_attributes (first_name, email, company, custom_fields …). Errors: 403 permission_denied, 404 campaign_not_found, 409 lead_exists, 422 lead_invalid or lead_needs_identity.';
revoke all on function public.create_lead(uuid, jsonb) from public, anon;
grant execute on function public.create_lead(uuid, jsonb) to authenticated;
