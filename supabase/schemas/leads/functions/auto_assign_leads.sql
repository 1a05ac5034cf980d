create or replace function public.auto_assign_leads(
  campaign_id uuid,
  strategy text default 'round_robin',
  lead_ids uuid[] default null,
  weights jsonb default null,
  capacity integer default null
)
returns jsonb
language plpgsql
volatile
security definer -- leads have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_campaign public.campaigns := private.authorize_campaign(auto_assign_leads.campaign_id, 'leads.assign', true);
  v_assignments jsonb;
begin
  if auto_assign_leads.strategy is null
    or auto_assign_leads.strategy not in ('round_robin', 'weighted', 'capacity') then
    raise exception using errcode = 'PT422', message = 'strategy_unknown',
      detail = 'Leads are assigned by round_robin, weighted or capacity.';
  end if;
  if auto_assign_leads.strategy = 'weighted' and auto_assign_leads.weights is null then
    raise exception using errcode = 'PT422', message = 'weights_required',
      detail = 'The strategy weighted needs weights, such as {"<user id>": 3}.';
  end if;
  if auto_assign_leads.capacity < 1 then
    raise exception using errcode = 'PT422', message = 'capacity_not_positive',
      detail = 'A capacity is the most open leads a member holds, 1 or more.';
  end if;
  if auto_assign_leads.weights is not null and (
    jsonb_typeof(auto_assign_leads.weights) <> 'object'
    or auto_assign_leads.weights = '{}'
    or exists (
      select from jsonb_each(auto_assign_leads.weights) as w
       where not pg_input_is_valid(w.key, 'uuid') or jsonb_typeof(w.value) <> 'number'
          or (w.value #>> '{}')::numeric not between 0.01 and 1000
    )
  ) then
    raise exception using errcode = 'PT422', message = 'weights_invalid',
      detail = 'Weights are an object from user ids to numbers from 0.01 to 1000.';
  end if;

  -- One assignment at a time in an agency: a member's load counts the leads of every campaign.
  perform from public.agencies as a where a.id = v_campaign.agency_id for no key update;
  with waiting as (
    select l.id, row_number() over (order by l.created_at, l.id) as turn
      from (
        select w.id, w.created_at
          from public.leads as w
         where w.agency_id = v_campaign.agency_id
           and w.campaign_id = v_campaign.id
           and w.assigned_to is null
           and w.deleted_at is null
           and w.status not in ('converted', 'rejected')
           and (auto_assign_leads.lead_ids is null or w.id = any (auto_assign_leads.lead_ids))
         order by w.id
         limit 10000
           for no key update
      ) as l
  ), members as (
    -- Whoever may only work what is assigned to them; with weights, just those named.
    select m.user_id, load.open, load.last_assigned_at,
           coalesce((auto_assign_leads.weights ->> m.user_id::text)::numeric, 1) as weight
      from public.memberships as m
     cross join lateral (
       select count(*) filter (where l.status not in ('converted', 'rejected')) as open,
              max(l.assigned_at) as last_assigned_at
         from public.leads as l
        where l.agency_id = m.agency_id and l.assigned_to = m.user_id and l.deleted_at is null
     ) as load
     where m.agency_id = v_campaign.agency_id
       and exists (
         select from public.user_permissions_view as p
          where p.agency_id = m.agency_id and p.user_id = m.user_id
            and p.permission = 'leads.write_assigned' and p.platform is null
       )
       and case
         when auto_assign_leads.weights is not null then auto_assign_leads.weights ? m.user_id::text
         else not exists (
           select from public.user_permissions_view as p
            where p.agency_id = m.agency_id and p.user_id = m.user_id and p.permission = 'leads.write'
              and p.platform is null
         )
       end
  ), seats as (
    select m.user_id, m.open + s.n as load,
           row_number() over (
             order by
               case auto_assign_leads.strategy
                 when 'round_robin' then s.n
                 when 'weighted' then s.n / m.weight
                 else m.open + s.n
               end,
               m.last_assigned_at nulls first, m.user_id
           ) as turn
      from members as m
     cross join lateral generate_series(1, least(
       coalesce(auto_assign_leads.capacity - m.open, 10000), (select count(*) from waiting))) as s (n)
  ), assigned as (
    update public.leads as l
       set assigned_to = s.user_id,
           assigned_at = now(),
           assignment_reason = format('%s: open lead number %s of this member', auto_assign_leads.strategy, s.load)
      from waiting as w
      join seats as s on s.turn = w.turn
     where l.agency_id = v_campaign.agency_id and l.id = w.id
    returning l.id, l.assigned_to, l.assignment_reason
  )
  select jsonb_build_object(
           'assigned', (select count(*) from assigned),
           'unassigned', (select count(*) from waiting) - (select count(*) from assigned),
           'results', coalesce((
             select jsonb_agg(jsonb_build_object(
                      'id', a.id, 'assigned_to', a.assigned_to, 'reason', a.assignment_reason) order by a.id)
               from assigned as a
           ), '[]')
         )
    into v_assignments;
  perform private.audit(v_campaign.agency_id, 'lead.auto_assigned', null, null, v_assignments
    || jsonb_build_object('campaign_id', v_campaign.id, 'strategy', auto_assign_leads.strategy));
  perform private.notify_assignees(v_campaign.agency_id, array(
    select (a ->> 'id')::uuid from jsonb_array_elements(v_assignments -> 'results') as a));
  return v_assignments;
end;
$$;

comment on function public.auto_assign_leads(uuid, text, uuid[], jsonb, integer) is
  'Gives a campaign''s open leads without assignee (or those of lead_ids) to the members who work only assigned leads, or to those named in weights ({user id: number}): round_robin in turn, weighted in proportion, capacity to whoever holds fewest; capacity is the most open leads a member may hold. At most 10,000 leads a call; each assignee is notified once. Answers {assigned, unassigned, results: [{id, assigned_to, reason}]}. Errors: 403 permission_denied, 404 campaign_not_found, 422 strategy_unknown, weights_required, weights_invalid, capacity_not_positive.';
revoke all on function public.auto_assign_leads(uuid, text, uuid[], jsonb, integer) from public, anon;
grant execute on function public.auto_assign_leads(uuid, text, uuid[], jsonb, integer) to authenticated;
