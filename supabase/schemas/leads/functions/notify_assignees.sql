create or replace function private.notify_assignees(agency_id uuid, lead_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_notices private.notice[];
begin
  select array_agg((
           g.assigned_to,
           case when g.leads = 1 then g.name || ' was assigned to you' else g.leads || ' leads were assigned to you' end,
           null,
           jsonb_build_object('leads', g.leads, 'lead_ids', g.lead_ids)
         )::private.notice)
    into v_notices
    from (
      select l.assigned_to, count(*) as leads, min(private.lead_name(l)) as name,
             (array_agg(l.id order by l.id))[:20] as lead_ids
        from public.leads as l
       where l.agency_id = notify_assignees.agency_id
         and l.id = any (notify_assignees.lead_ids)
       group by l.assigned_to
    ) as g;
  perform private.notify_each(notify_assignees.agency_id, 'lead.assigned', v_notices);
end;
$$;

comment on function private.notify_assignees(uuid, uuid[]) is
  'Tells each assignee of these leads once, with how many and the first 20 ids. For leads that have just got their assignee.';
