create or replace function public.record_data_source_test(
  data_source_id uuid,
  ok boolean,
  latency_ms integer default null,
  failure text default null
)
returns public.data_sources
language plpgsql
volatile
security definer -- sources have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_before public.data_sources;
  v_after public.data_sources;
begin
  perform private.require_service();
  v_before := private.authorize_data_source(record_data_source_test.data_source_id, 'data_sources.write', true);
  update public.data_sources as s
     set last_tested_at = now(),
         last_error = case when not record_data_source_test.ok
           then left(coalesce(nullif(record_data_source_test.failure, ''), 'The connection failed.'), 2000) end,
         -- What was switched off stays so.
         status = case
           when s.status = 'inactive' then 'inactive'
           when record_data_source_test.ok then 'active'
           else 'error'
         end::public.data_source_status
   where s.agency_id = v_before.agency_id and s.id = v_before.id
  returning s.* into v_after;
  perform private.audit(v_after.agency_id, 'data_source.tested', v_after.id, to_jsonb(v_before),
    to_jsonb(v_after) || jsonb_build_object('latency_ms', record_data_source_test.latency_ms));
  return v_after;
end;
$$;

comment on function public.record_data_source_test(uuid, boolean, integer, text) is
  'Notes how a connection test ended: the source becomes active or error, unless it is inactive. For the secret key alone. Errors: 403 service_required, 404 data_source_not_found.';
revoke all on function public.record_data_source_test(uuid, boolean, integer, text) from public, anon, authenticated;
grant execute on function public.record_data_source_test(uuid, boolean, integer, text) to service_role;
