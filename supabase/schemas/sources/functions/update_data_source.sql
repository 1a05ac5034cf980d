create or replace function public.update_data_source(
  data_source_id uuid,
  changes jsonb default '{}',
  credentials jsonb default null
)
returns public.data_sources
language plpgsql
volatile
security definer -- sources have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.data_sources := private.authorize_data_source(update_data_source.data_source_id, 'data_sources.write', true);
  v_after public.data_sources;
begin
  perform private.require_keys(update_data_source.changes, private.data_source_fields());
  -- What was read may be written back: a source that is in error stays so.
  if update_data_source.changes ->> 'status' <> v_before.status::text then
    perform private.require_source_status(update_data_source.changes ->> 'status');
  end if;
  v_after := jsonb_populate_record(v_before, update_data_source.changes);
  if update_data_source.changes ? 'schedule_params' then
    perform private.require_keys(v_after.schedule_params, private.source_settings(v_after.type, true));
  end if;
  if update_data_source.changes ? 'config' then
    perform private.require_keys(v_after.config, private.source_settings(v_after.type));
    v_after.text_bytes := private.keep_text(v_before, update_data_source.changes -> 'config');
  end if;
  if update_data_source.credentials is null then
    perform private.require_same_host(v_before, v_after);
  end if;
  perform private.keep_credentials(v_before, update_data_source.credentials);
  update public.data_sources as s
     set name = v_after.name,
         status = v_after.status,
         last_error = case when v_after.status = 'error' then s.last_error end,
         config = v_after.config - 'text',
         text_bytes = v_after.text_bytes,
         has_credentials = coalesce(update_data_source.credentials <> '{}', s.has_credentials),
         rate_limit = v_after.rate_limit,
         schedule = v_after.schedule,
         schedule_timezone = v_after.schedule_timezone,
         schedule_campaign_id = v_after.schedule_campaign_id,
         schedule_params = v_after.schedule_params
   where s.agency_id = v_before.agency_id and s.id = v_before.id
  returning s.* into v_after;
  perform private.follow_schedule(v_after, v_before);
  perform private.audit(v_after.agency_id, 'data_source.updated', v_after.id, to_jsonb(v_before),
    to_jsonb(v_after) || case when update_data_source.credentials is null then '{}'
      else jsonb_build_object('credentials', 'set anew') end);
  return v_after;
end;
$$;

comment on function public.update_data_source(uuid, jsonb, jsonb) is
  'Changes a data source; keys left out stay as they are, null clears; the type stays. A config replaces the one there was, except that a text kept for it stays until the config has another text, a path, or text null. Credentials: null leaves them, {} forgets them; with a url of another host they have to be given anew. A running job goes on with what it began with. A schedule needs jobs.run as well. Errors: 403 permission_denied, 404 data_source_not_found, campaign_not_found, 422 unknown_field, not_an_object, data_source_status_unknown, credentials_needed, credentials_not_sealed, text_too_large, cron_invalid, timezone_unknown, and the named checks of data_sources.';
revoke all on function public.update_data_source(uuid, jsonb, jsonb) from public, anon;
grant execute on function public.update_data_source(uuid, jsonb, jsonb) to authenticated;
