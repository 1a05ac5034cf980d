create or replace function private.answer_call(
  procedure text,
  arguments jsonb,
  rate_class text,
  idempotency_key text
)
returns jsonb
language plpgsql
volatile
security invoker -- the procedure runs as the caller, whose grants decide
set search_path = ''
as $$
#variable_conflict error
declare
  v_fingerprint bytea := case when answer_call.idempotency_key is not null then
    sha256(convert_to(concat_ws(' ', answer_call.procedure,
      private.request_header('x-agency-id'), answer_call.arguments::text), 'UTF8')) end;
  v_answer jsonb := private.begin_call(answer_call.rate_class, answer_call.idempotency_key, v_fingerprint);
  v_statement text;
  v_writes boolean;
  v_result jsonb;
  v_limits jsonb;
  v_is_charged boolean := false;
  v_code text;
  v_message text;
  v_details text;
  v_hint text;
begin
  if v_answer is not null then
    return v_answer;
  end if;
  -- A good API key speaks with the signed-in users' grants; policies and procedures ask what it holds.
  if current_user = 'anon' and private.request_header('x-api-key') is not null then
    perform set_config('role', 'authenticated', true);
  end if;
  begin
    begin
      if answer_call.procedure is not null then
        select s.statement, s.writes into v_statement, v_writes
          from private.call_statement(
            answer_call.procedure, array(select jsonb_object_keys(answer_call.arguments))) as s;
        execute v_statement into v_result using answer_call.arguments;
      end if;
      v_answer := jsonb_build_object('status', 200, 'body', v_result);
    exception
      when others then
        get stacked diagnostics v_code = returned_sqlstate, v_message = message_text,
          v_details = pg_exception_detail, v_hint = pg_exception_hint;
        v_answer := private.error_answer(v_code, v_message, v_details, v_hint);
    end;
    -- Where there is something to take back, the charge stands in one subtransaction with it.
    if (v_writes or answer_call.idempotency_key is not null) and v_code is null then
      v_limits := private.end_call(answer_call.rate_class, answer_call.idempotency_key, v_fingerprint,
        coalesce(v_result, 'null'));
      if v_limits is null then
        raise exception using errcode = 'PT429', message = 'rate_limited', detail = 'Too many requests.',
          hint = 'Wait as long as Retry-After says.';
      end if;
      v_is_charged := true;
    end if;
  exception
    when sqlstate 'PT429' then
      return private.rate_refusal();
  end;
  -- Nowhere else: a subtransaction that writes makes its commit wait for the disk (wal_level logical),
  -- for a read as well, and everyone behind it for the counters. What failed has left nothing behind,
  -- and may be tried again under the same key.
  if not v_is_charged then
    v_limits := private.end_call(answer_call.rate_class, null, null, null);
    if v_limits is null then
      return private.rate_refusal();
    end if;
  end if;
  return v_answer || jsonb_build_object('limits', v_limits);
end;
$$;

comment on function private.answer_call(text, jsonb, text, text) is
  'Runs one procedure as the caller between private.begin_call and private.end_call: {status, body, replayed?, limits?}. Limits, stored answer and effect stand in one transaction; a limit found used up at the end takes the effect back.';
grant execute on function private.answer_call(text, jsonb, text, text) to anon, authenticated;
