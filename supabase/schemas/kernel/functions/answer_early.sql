create or replace function private.answer_early(
  call private.call,
  rate_class text,
  idempotency_key text,
  fingerprint bytea
)
returns private.call
language plpgsql
volatile
security invoker -- begin_call's, whose owner may look at keys and stored answers
set search_path = ''
as $$
#variable_conflict error
declare
  v_call private.call := answer_early.call;
  v_stored private.idempotency_keys;
  v_code text;
  v_message text;
  v_details text;
  v_hint text;
begin
  begin
    if not exists (select from private.rate_limits as l where l.class = answer_early.rate_class) then
      raise exception using errcode = 'PT422', message = 'rate_class_unknown',
        detail = 'There is no such rate class.', hint = 'One of auth, write, read, intensive, anonymous.';
    end if;
    if private.request_header('x-api-key') is not null and v_call.subject is null then
      raise exception using errcode = 'PT401', message = 'api_key_invalid',
        detail = 'This API key does not exist, has expired or was revoked.', hint = 'Create a new key.';
    end if;
    if answer_early.idempotency_key is null then
      return v_call;
    end if;

    if v_call.subject is null then
      raise exception using errcode = 'PT401', message = 'not_signed_in',
        detail = 'An Idempotency-Key needs a signed-in caller.', hint = 'Sign in and send the access token.';
    end if;
    if char_length(answer_early.idempotency_key) not between 1 and 255 then
      raise exception using errcode = 'PT422', message = 'idempotency_key_invalid',
        detail = 'An Idempotency-Key has 1 to 255 characters.';
    end if;
    if not pg_try_advisory_xact_lock(
      hashtextextended(v_call.subject || ' ' || answer_early.idempotency_key, 0)) then
      raise exception using errcode = 'PT409', message = 'idempotency_in_flight',
        detail = 'A request under this Idempotency-Key is still under way.', hint = 'Send it again in a moment.';
    end if;
    select k.* into v_stored
      from private.idempotency_keys as k
     where k.subject = v_call.subject
       and k.key_hash = private.hash_token(v_call.subject || ' ' || answer_early.idempotency_key)
       and k.created_at > now() - interval '24 hours';
    if not found then
      return v_call;
    end if;
    if v_stored.fingerprint <> answer_early.fingerprint then
      raise exception using errcode = 'PT422', message = 'idempotency_key_reused',
        detail = 'This Idempotency-Key belongs to another request.',
        hint = 'Make a new key for every request that is not a repetition.';
    end if;
    v_call.body := convert_from(extensions.decrypt(
      v_stored.sealed_response, private.sealing_key(v_call.subject, answer_early.idempotency_key), 'aes'), 'UTF8')::jsonb;
    v_call.status := 200;
    v_call.is_replayed := true;
  exception
    when others then
      get stacked diagnostics v_code = returned_sqlstate, v_message = message_text,
        v_details = pg_exception_detail, v_hint = pg_exception_hint;
      v_call := private.fail_call(v_call, v_code, v_message, v_details, v_hint);
  end;
  -- Guessing keys and repeating calls cost what calls cost.
  return private.end_call(v_call);
end;
$$;

comment on function private.answer_early(private.call, text, text, bytea) is
  'What is answered without running the procedure, and charged like a call: a rate class unknown, a bad API key, a stored answer or a refusal of its key. Else the call as it was.';
