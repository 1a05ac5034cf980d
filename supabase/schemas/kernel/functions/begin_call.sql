create or replace function private.begin_call(
  rate_class text,
  idempotency_key text,
  fingerprint bytea
)
returns jsonb
language plpgsql
volatile
security definer -- looks at counters, keys and stored answers that nobody may read
set search_path = ''
as $$
#variable_conflict error
declare
  v_subject text := private.idempotency_subject();
  v_stored private.idempotency_keys;
begin
  if not exists (select from private.rate_limits as l where l.class = begin_call.rate_class) then
    return private.error_answer('PT422', 'rate_class_unknown', 'There is no such rate class.',
      'One of auth, write, read, intensive, anonymous.');
  end if;
  if not private.is_service() and exists (
    select from private.rate_allowance(begin_call.rate_class) as a where a.wait > interval '0'
  ) then
    return private.error_answer('PT429', 'rate_limited', 'Too many requests.',
      'Wait as long as Retry-After says.');
  end if;
  if private.request_header('x-api-key') is not null and v_subject is null then
    perform private.charge_rate(begin_call.rate_class); -- guessing costs as well
    return private.error_answer('PT401', 'api_key_invalid',
      'This API key does not exist, has expired or was revoked.', 'Create a new key.');
  end if;
  if begin_call.idempotency_key is null then
    return null;
  end if;

  if v_subject is null then
    return private.error_answer('PT401', 'not_signed_in', 'An Idempotency-Key needs a signed-in caller.');
  end if;
  if char_length(begin_call.idempotency_key) not between 1 and 255 then
    return private.error_answer('PT422', 'idempotency_key_invalid',
      'An Idempotency-Key has 1 to 255 characters.');
  end if;
  if not pg_try_advisory_xact_lock(
    hashtextextended(v_subject || ' ' || begin_call.idempotency_key, 0)) then
    return private.error_answer('PT409', 'idempotency_in_flight',
      'A request under this Idempotency-Key is still under way.', 'Send it again in a moment.');
  end if;
  select k.* into v_stored
    from private.idempotency_keys as k
   where k.subject = v_subject and k.key = begin_call.idempotency_key
     and k.created_at > now() - interval '24 hours';
  if not found then
    return null;
  end if;
  if v_stored.fingerprint <> begin_call.fingerprint then
    return private.error_answer('PT422', 'idempotency_key_reused',
      'This Idempotency-Key belongs to another request.', 'Make a new key for every request that is not a repetition.');
  end if;
  return jsonb_build_object('status', 200, 'body', v_stored.response, 'replayed', true);
end;
$$;

comment on function private.begin_call(text, text, bytea) is
  'What can be answered before the procedure runs: a bad API key, a limit used up, a stored answer or a refusal of its key; null where it has to run.';
grant execute on function private.begin_call(text, text, bytea) to anon, authenticated;
