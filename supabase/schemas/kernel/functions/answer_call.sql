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
  v_fingerprint bytea := sha256(convert_to(concat_ws(' ', answer_call.procedure,
    private.request_header('x-agency-id'), answer_call.arguments::text), 'UTF8'));
  v_answer jsonb := private.begin_call(answer_call.rate_class, answer_call.idempotency_key, v_fingerprint);
  v_result jsonb;
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
        execute private.call_statement(answer_call.procedure, array(select jsonb_object_keys(answer_call.arguments)))
           into v_result using answer_call.arguments;
      end if;
      v_answer := jsonb_build_object('status', 200, 'body', v_result);
    exception
      when others then
        get stacked diagnostics v_code = returned_sqlstate, v_message = message_text,
          v_details = pg_exception_detail, v_hint = pg_exception_hint;
        v_answer := private.error_answer(v_code, v_message, v_details, v_hint);
    end;
    -- What failed has left nothing behind, and may be tried again under the same key.
    if not private.end_call(answer_call.rate_class, answer_call.idempotency_key, v_fingerprint,
      case when (v_answer ->> 'status')::integer = 200 then coalesce(v_answer -> 'body', 'null') end) then
      raise exception using errcode = 'PT429', message = 'rate_limited', detail = 'Too many requests.',
        hint = 'Wait as long as Retry-After says.';
    end if;
  exception
    when sqlstate 'PT429' then
      v_answer := private.rate_refusal();
  end;
  return v_answer;
end;
$$;

comment on function private.answer_call(text, jsonb, text, text) is
  'Runs one procedure as the caller between private.begin_call and private.end_call: {status, body, replayed?}. Limits, stored answer and effect stand in one transaction; a limit found used up at the end takes the effect back.';
grant execute on function private.answer_call(text, jsonb, text, text) to anon, authenticated;
