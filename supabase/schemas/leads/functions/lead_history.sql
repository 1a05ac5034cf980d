create or replace function public.lead_history(lead_id uuid)
returns table (at timestamptz, actor jsonb, action text, changes jsonb)
language plpgsql
stable
security definer -- history is nobody's to read past the right to the lead
set search_path = ''
as $$
#variable_conflict error
declare
  v_lead public.leads := private.authorize_lead(lead_history.lead_id, 'leads.read', deleted => null);
  v_now jsonb := to_jsonb(v_lead);
begin
  return query
  with fields as (
    -- Once per call and field, however many statements of the call changed it.
    select distinct on (c.event_id, b.key) c.event_id, c.id, b.key, b.value
      from private.row_changes as c
     cross join lateral jsonb_each(c.before) as b
     where c.agency_id = v_lead.agency_id and c.entity_id = v_lead.id and c.entity = 'leads'
       and b.key <> 'updated_at'
     order by c.event_id, b.key, c.id
  ), moves as (
    select f.event_id, f.key, f.value as was,
           -- What a call made of a field is what the next one found.
           case when lead(f.id) over following is null then v_now -> f.key else lead(f.value) over following end as became
      from fields as f
    window following as (partition by f.key order by f.id)
  ), changed as (
    select m.event_id,
           jsonb_object_agg(m.key, jsonb_build_object('from', m.was, 'to', m.became))
             filter (where m.was <> m.became) as changes
      from moves as m
     group by m.event_id
  ), moments as (
    select c.event_id, max(c.at) as at
      from private.row_changes as c
     where c.agency_id = v_lead.agency_id and c.entity_id = v_lead.id and c.entity = 'leads'
     group by c.event_id
  ), origin as (
    -- A lead comes by itself or with an import, whose event is of the lead's very transaction.
    select a.id
      from public.audit_log as a
     where a.agency_id = v_lead.agency_id and a.at = v_lead.created_at
       and (a.entity_id = v_lead.id and a.action = 'lead.created'
         or a.action = 'lead.imported' and a.after ->> 'campaign_id' = v_lead.campaign_id::text)
     order by a.id
     limit 1
  ), events as (
    select m.event_id, m.at, c.changes from moments as m left join changed as c on c.event_id = m.event_id
    union all
    select a.id, a.at, null
      from public.audit_log as a
     where a.agency_id = v_lead.agency_id
       and (a.entity = 'lead' and a.entity_id = v_lead.id
         or a.at = v_lead.created_at and a.id in (select o.id from origin as o))
       and a.id not in (select m.event_id from moments as m)
  )
  select e.at,
         jsonb_build_object('type', coalesce(a.actor_type, 'system'), 'id', a.actor_id, 'name',
           coalesce(p.full_name, p.email::text, k.name)),
         coalesce(a.action, 'lead.changed'),
         coalesce(e.changes, '{}')
    from events as e
    left join public.audit_log as a on a.agency_id = v_lead.agency_id and a.id = e.event_id
    left join public.profiles as p on a.actor_type = 'user' and p.id = a.actor_id
    left join public.api_keys as k
      on a.actor_type = 'api_key' and k.agency_id = a.agency_id and k.id = a.actor_id
   order by e.at desc, e.event_id desc;
end;
$$;

comment on function public.lead_history(uuid) is
  'What happened to a lead, the newest first: when, by whom ({type: user, api_key or system, id, name}), by which action, and {field: {from, to}}; changes by imports, bulk calls and scoring too. Errors: 401 not_signed_in, 404 lead_not_found.';
revoke all on function public.lead_history(uuid) from public, anon;
grant execute on function public.lead_history(uuid) to authenticated;
