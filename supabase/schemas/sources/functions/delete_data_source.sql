create or replace function public.delete_data_source(data_source_id uuid)
returns public.data_sources
language plpgsql
volatile
security definer -- sources have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_source public.data_sources := private.authorize_data_source(delete_data_source.data_source_id, 'data_sources.write');
  v_live integer;
begin
  -- The jobs before their source, as everywhere: whoever moves one of them has it before the source's metrics.
  perform from public.scraping_jobs as j
    where j.agency_id = v_source.agency_id and j.data_source_id = v_source.id
    order by j.id
      for update;
  -- And against new ones: a job that is being made refers to its source before it waits for it.
  perform from public.data_sources as s where s.agency_id = v_source.agency_id and s.id = v_source.id for update;
  v_source := private.authorize_data_source(delete_data_source.data_source_id, 'data_sources.write');
  select count(*) into v_live
    from public.scraping_jobs as j
   where j.agency_id = v_source.agency_id and j.data_source_id = v_source.id
     and j.status in ('pending', 'running', 'paused');
  if v_live > 0 then
    raise exception using errcode = 'PT409', message = 'data_source_in_use',
      detail = format('%s jobs of this data source have not ended.', v_live),
      hint = 'Cancel them first.';
  end if;
  perform private.drop_schedule(format('data_source:%s', v_source.id));
  delete from public.data_sources as s where s.agency_id = v_source.agency_id and s.id = v_source.id;
  perform private.audit(v_source.agency_id, 'data_source.deleted', v_source.id, to_jsonb(v_source), null);
  return v_source;
end;
$$;

comment on function public.delete_data_source(uuid) is
  'Deletes a data source with its credentials and its schedule. Its jobs, their logs and its leads stay, without it. Errors: 403 permission_denied, 404 data_source_not_found, 409 data_source_in_use while a job of it is pending, running or paused.';
revoke all on function public.delete_data_source(uuid) from public, anon;
grant execute on function public.delete_data_source(uuid) to authenticated;
