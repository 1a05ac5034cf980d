create or replace function private.require_new_source_id(data_source_id uuid)
returns void
language plpgsql
volatile
security invoker -- called by a definer that has authorised
set search_path = ''
as $$
#variable_conflict error
begin
  -- Of two at once the second one looks when the first has committed.
  perform pg_advisory_xact_lock(hashtextextended('data_source ' || require_new_source_id.data_source_id, 0));
  if exists (select from public.data_sources as s where s.id = require_new_source_id.data_source_id) then
    raise exception using errcode = 'PT409', message = 'data_source_exists',
      detail = 'There is a data source with this id.',
      hint = 'Leave the id out, or ask authorize_data_source_write for another.';
  end if;
end;
$$;

comment on function private.require_new_source_id(uuid) is
  'Refuses an id that a data source of any agency has: workers name a source by its id alone. Nothing is asked of null. 409 data_source_exists.';
revoke all on function private.require_new_source_id(uuid) from public, anon, authenticated, service_role;
