create or replace function private.audit(
  agency_id uuid,
  action text,
  entity_id uuid,
  before jsonb default null,
  after jsonb default null
)
returns void
language plpgsql
volatile
security definer -- nobody else may write the log
set search_path = ''
as $$
#variable_conflict error
declare
  v_before jsonb := audit.before;
  v_after jsonb := audit.after;
  v_key public.api_keys := private.api_key();
  v_forwarded text := trim(split_part(private.request_header('x-forwarded-for'), ',', 1));
  v_ip inet;
begin
  if v_before is not null and v_after is not null then
    select jsonb_object_agg(b.key, b.value), jsonb_object_agg(b.key, audit.after -> b.key)
      into v_before, v_after
      from jsonb_each(audit.before) as b
     where (audit.after -> b.key) is distinct from b.value
       and b.key not in ('updated_at', 'search', 'dedupe_key', 'score_log');
  end if;
  -- A statement of its own: within one the planner would try the cast before the check.
  if pg_input_is_valid(v_forwarded, 'inet') then
    v_ip := v_forwarded::inet;
  end if;
  insert into public.audit_log (
    agency_id, id, actor_type, actor_id, action, entity, entity_id, before, after,
    request_id, ip, user_agent
  )
  values (
    audit.agency_id,
    -- The changes of rows that this call made are filed under it already.
    coalesce(nullif(current_setting('backline.event_id', true), '')::uuid, private.uuid_v7()),
    case
      when private.uid() is not null then 'user'
      when v_key.id is not null then 'api_key'
      else 'system'
    end,
    coalesce(private.uid(), v_key.id),
    audit.action,
    split_part(audit.action, '.', 1),
    audit.entity_id,
    v_before - '{search,dedupe_key,score_log}'::text[],
    v_after - '{search,dedupe_key,score_log}'::text[],
    left(private.request_header('x-request-id'), 200),
    v_ip,
    left(private.request_header('user-agent'), 500)
  );
  perform set_config('backline.event_id', '', true);
end;
$$;

comment on function private.audit(uuid, text, uuid, jsonb, jsonb) is
  'Appends one event to the audit log in the caller''s transaction. Given both rows, it keeps just the fields that differ.';
