create or replace function public.create_data_source(
  type text,
  name text,
  attributes jsonb default '{}',
  credentials jsonb default null,
  agency_id uuid default null,
  id_seed text default null
)
returns public.data_sources
language plpgsql
volatile
security definer -- sources have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_agency uuid := private.current_agency(create_data_source.agency_id);
  v_source public.data_sources;
begin
  perform private.require(v_agency, 'data_sources.write');
  perform private.require_keys(create_data_source.attributes, array_remove(private.data_source_fields(), 'name'));
  perform private.require_source_status(create_data_source.attributes ->> 'status');

  -- A key that says null is as good as none: the column's default holds.
  v_source := jsonb_populate_record(
    null::public.data_sources,
    '{"status": "active", "config": {}, "schedule_timezone": "UTC", "schedule_params": {}}'
      || (select coalesce(jsonb_object_agg(a.key, a.value), '{}')
            from jsonb_each(create_data_source.attributes) as a where a.value <> 'null')
      || jsonb_build_object('name', create_data_source.name, 'type', create_data_source.type)
  );
  perform private.require_keys(v_source.config, private.source_settings(v_source.type));
  perform private.require_keys(v_source.schedule_params, private.source_settings(v_source.type, true));
  insert into public.data_sources (
    agency_id, id, type, name, status, config, has_credentials, rate_limit, schedule, schedule_timezone,
    schedule_campaign_id, schedule_params, created_by
  )
  values (
    v_agency,
    case when create_data_source.id_seed is null then private.uuid_v7()
      else private.new_source_id(v_agency, create_data_source.id_seed) end,
    v_source.type, v_source.name, v_source.status, v_source.config - 'text',
    coalesce(create_data_source.credentials, '{}') <> '{}', v_source.rate_limit, v_source.schedule,
    v_source.schedule_timezone, v_source.schedule_campaign_id, v_source.schedule_params, private.uid()
  )
  returning * into v_source;
  perform private.keep_credentials(v_source, create_data_source.credentials);
  if create_data_source.attributes -> 'config' ? 'text' then
    update public.data_sources as s
       set text_bytes = private.keep_text(v_source, create_data_source.attributes -> 'config')
     where s.agency_id = v_agency and s.id = v_source.id
    returning * into v_source;
  end if;
  perform private.follow_schedule(v_source);
  perform private.audit(v_agency, 'data_source.created', v_source.id, null, to_jsonb(v_source));
  return v_source;
end;
$$;

comment on function public.create_data_source(text, text, jsonb, jsonb, uuid, text) is
  'Connects a source of leads: csv, api, apollo, zoominfo or linkedin. Attributes: status, config, rate_limit, schedule (cron), schedule_timezone, schedule_campaign_id, schedule_params. The config of a csv has the path of an object in the bucket imports, or the text itself (up to 1 MB), which is kept apart and counted in text_bytes. Credentials come as a sealed envelope {key_id, nonce, ciphertext}; they are never told again. An envelope opens for one source alone, so that whoever seals asks authorize_new_data_source for the id to be, and gives the seed that comes with it. A schedule needs jobs.run as well. Errors: 400 agency_required, 403 permission_denied, 404 agency_not_found, campaign_not_found, 422 unknown_field, not_an_object, data_source_status_unknown, credentials_not_sealed, text_too_large, cron_invalid, timezone_unknown, and the named checks of data_sources.';
revoke all on function public.create_data_source(text, text, jsonb, jsonb, uuid, text) from public, anon;
grant execute on function public.create_data_source(text, text, jsonb, jsonb, uuid, text) to authenticated;
