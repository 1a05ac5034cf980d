create or replace function private.tg_clients__audit()
returns trigger
language plpgsql
volatile
security definer -- nobody else may write the log
set search_path = ''
as $$
#variable_conflict error
begin
  -- An agency that is being erased takes its clients along; it has no log to write to any more.
  if tg_op = 'DELETE' and not exists (select from public.agencies as a where a.id = old.agency_id) then
    return null;
  end if;
  perform private.audit(
    coalesce(new.agency_id, old.agency_id),
    'client.' || case tg_op when 'INSERT' then 'created' when 'UPDATE' then 'updated' else 'deleted' end,
    coalesce(new.id, old.id),
    case when tg_op <> 'INSERT' then to_jsonb(old) end,
    case when tg_op <> 'DELETE' then to_jsonb(new) end
  );
  return null;
end;
$$;

comment on function private.tg_clients__audit() is
  'Audits clients, which are written directly and have no procedures to do it.';
