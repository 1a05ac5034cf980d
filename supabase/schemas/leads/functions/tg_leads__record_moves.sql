create or replace function private.tg_leads__record_moves()
returns trigger
language plpgsql
volatile
security definer -- activities have no write grants
set search_path = ''
-- The plan is kept for the session, and made for a statement of one row it would pair thousands one by one.
set enable_nestloop = off
as $$
#variable_conflict error
begin
  insert into public.lead_activities (agency_id, lead_id, type, payload, actor_id)
  select n.agency_id, n.id, move.type, move.payload, private.uid()
    from new_leads as n
    join old_leads as o on o.agency_id = n.agency_id and o.id = n.id
   cross join lateral (
     select 'status_changed', jsonb_build_object('from', o.status, 'to', n.status)
      where n.status <> o.status
     union all
     select 'assigned', jsonb_build_object(
              'from', o.assigned_to, 'to', n.assigned_to, 'reason', n.assignment_reason)
      where n.assigned_to is distinct from o.assigned_to
   ) as move (type, payload);
  return null;
end;
$$;

comment on function private.tg_leads__record_moves() is
  'Writes each change of status and assignee into the lead''s activities.';
