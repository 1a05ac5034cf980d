create or replace function private.lock_identities(agency_id uuid, changing boolean)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_lock bigint := hashtextextended('private.lock_identities ' || lock_identities.agency_id, 0);
begin
  if lock_identities.changing then
    perform pg_advisory_xact_lock(v_lock);
  else
    perform pg_advisory_xact_lock_shared(v_lock);
  end if;
end;
$$;

comment on function private.lock_identities(uuid, boolean) is
  'Keeps a change of who a lead is apart from imports, which run side by side: an import that has a new lead waits for the row of an old one, whose editor could be waiting for the new one. To be taken before any lead is locked.';
