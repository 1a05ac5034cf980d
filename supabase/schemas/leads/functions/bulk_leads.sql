create or replace function private.bulk_leads(agency_id uuid, lead_ids uuid[])
returns setof public.leads
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  if coalesce(cardinality(bulk_leads.lead_ids), 0) not between 1 and 100 then
    raise exception using errcode = 'PT422', message = 'bulk_size_out_of_range',
      detail = 'A bulk call takes 1 to 100 ids.', hint = 'Send the rest in further calls.';
  end if;
  -- Locked in the order of their ids, as everything that takes several leads does.
  return query
    select l.*
      from public.leads as l
     where l.agency_id = bulk_leads.agency_id
       and l.id = any (bulk_leads.lead_ids)
       and l.deleted_at is null
     order by l.id
       for no key update;
end;
$$;

comment on function private.bulk_leads(uuid, uuid[]) is
  'The leads of a bulk call, locked; error 422 bulk_size_out_of_range.';
