create or replace function public.record_lead_activity(
  lead_id uuid,
  type text,
  occurred_at timestamptz default null,
  payload jsonb default '{}'
)
returns public.lead_activities
language plpgsql
volatile
security definer -- activities have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_lead public.leads := private.authorize_lead(record_lead_activity.lead_id, 'leads.write', true);
  v_activity public.lead_activities;
begin
  if record_lead_activity.type in ('status_changed', 'assigned', 'scored') then
    raise exception using errcode = 'PT422', message = 'activity_type_reserved',
      detail = format('Activities of the type %s are recorded by the system.', record_lead_activity.type),
      hint = 'Change the lead instead; its activity follows.';
  end if;
  if record_lead_activity.occurred_at > now() + interval '1 minute' then
    raise exception using errcode = 'PT422', message = 'activity_in_the_future',
      detail = 'An activity is recorded once it has happened.';
  end if;
  insert into public.lead_activities (agency_id, lead_id, type, occurred_at, payload, actor_id)
  values (v_lead.agency_id, v_lead.id, record_lead_activity.type,
    coalesce(record_lead_activity.occurred_at, now()), record_lead_activity.payload, private.uid())
  returning * into v_activity;
  perform private.audit(v_lead.agency_id, 'lead.activity_recorded', v_lead.id, null, to_jsonb(v_activity));
  return v_activity;
end;
$$;

comment on function public.record_lead_activity(uuid, text, timestamptz, jsonb) is
  'Adds what happened with a lead and rescores it. Errors: 403 permission_denied, 404 lead_not_found, 422 activity_type_reserved, activity_in_the_future, and the named checks of lead_activities.';
revoke all on function public.record_lead_activity(uuid, text, timestamptz, jsonb) from public, anon;
grant execute on function public.record_lead_activity(uuid, text, timestamptz, jsonb) to authenticated;
