create or replace function public.replace_data_source_credentials(
  data_source_id uuid,
  replaced_nonce text,
  credentials jsonb
)
returns boolean
language plpgsql
volatile
security definer -- what is sealed is nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_source public.data_sources;
begin
  perform private.require_service();
  v_source := private.authorize_data_source(replace_data_source_credentials.data_source_id, 'data_sources.write', true);
  -- A person may have entered others since these were read.
  if not exists (
    select from private.data_source_credentials as c
     where c.agency_id = v_source.agency_id and c.data_source_id = v_source.id
       and c.nonce = replace_data_source_credentials.replaced_nonce
  ) then
    return false;
  end if;
  perform private.keep_credentials(v_source, replace_data_source_credentials.credentials);
  perform private.audit(v_source.agency_id, 'data_source.credentials_renewed', v_source.id, null,
    jsonb_build_object('key_id', replace_data_source_credentials.credentials ->> 'key_id'));
  return true;
end;
$$;

comment on function public.replace_data_source_credentials(uuid, text, jsonb) is
  'For workers: puts credentials that were refreshed, or sealed under a newer key, in the place of the envelope with that nonce; false where it is there no more. For the secret key alone. Errors: 403 service_required, 404 data_source_not_found, 422 credentials_not_sealed.';
revoke all on function public.replace_data_source_credentials(uuid, text, jsonb) from public, anon, authenticated;
grant execute on function public.replace_data_source_credentials(uuid, text, jsonb) to service_role;
