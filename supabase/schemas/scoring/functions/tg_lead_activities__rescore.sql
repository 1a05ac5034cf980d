create or replace function private.tg_lead_activities__rescore()
returns trigger
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_touched record;
begin
  for v_touched in
    select a.agency_id, array_agg(distinct a.lead_id) as lead_ids
      from new_activities as a
     where a.type not in ('status_changed', 'assigned', 'scored')
     group by a.agency_id
     order by a.agency_id
  loop
    -- Locked in the order of their ids, so that writers who touch the same leads cannot deadlock.
    perform
       from public.leads as l
      where l.agency_id = v_touched.agency_id and l.id = any (v_touched.lead_ids)
      order by l.id
        for no key update;
    update public.leads as l
       set scored_at = clock_timestamp()
     where l.agency_id = v_touched.agency_id and l.id = any (v_touched.lead_ids);
  end loop;
  return null;
end;
$$;

comment on function private.tg_lead_activities__rescore() is
  'Lets the leads that something happened with be judged again, in the same transaction.';
