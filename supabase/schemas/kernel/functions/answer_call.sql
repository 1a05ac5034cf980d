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
  v_call private.call := private.begin_call(answer_call.rate_class, answer_call.idempotency_key, v_fingerprint);
  v_charged private.call;
  v_statement record;
  v_writes boolean := false;
  v_code text;
  v_message text;
  v_details text;
  v_hint text;
begin
  if v_call.status is null then
    -- A good API key speaks with the signed-in users' grants; policies and procedures ask what it holds.
    if current_user = 'anon' and private.request_header('x-api-key') is not null then
      perform set_config('role', 'authenticated', true);
    end if;
    begin
      if answer_call.procedure is not null then
        v_statement := private.call_statement(answer_call.procedure, answer_call.arguments);
        v_writes := v_statement.writes;
        execute v_statement.statement into v_call.body using answer_call.arguments;
      end if;
      v_call.status := 200;
      v_call.body := coalesce(v_call.body, 'null');
      -- Where there is something to take back, the charge stands in one subtransaction with it.
      if v_writes or answer_call.idempotency_key is not null then
        v_charged := private.end_call(v_call, answer_call.idempotency_key, v_fingerprint);
        if v_charged.status <> 200 then
          raise exception using errcode = 'PT429', message = 'rate_limited', detail = 'Too many requests.',
            hint = 'Wait as long as Retry-After says.';
        end if;
      end if;
    exception
      when others then
        if v_charged.status is null then
          get stacked diagnostics v_code = returned_sqlstate, v_message = message_text,
            v_details = pg_exception_detail, v_hint = pg_exception_hint;
          v_call := private.fail_call(v_call, v_code, v_message, v_details, v_hint);
        end if;
    end;
    -- Nowhere else: a subtransaction that writes makes its commit wait for the disk (wal_level logical),
    -- for a read as well, and everyone behind it for the counters. What failed has left nothing behind,
    -- and may be tried again under the same key.
    if v_charged.status is null then
      v_charged := private.end_call(v_call);
    end if;
    v_call := v_charged;
  end if;
  perform private.set_response(v_call.status, v_call.tightest, v_call.is_replayed);
  return v_call.body;
end;
$$;

comment on function private.answer_call(text, jsonb, text, text) is
  'Runs one procedure as the caller between private.begin_call and private.end_call, sets status and headers, and answers the body. Limits, stored answer and effect stand in one transaction; a limit found used up at the end takes the effect back.';
grant execute on function private.answer_call(text, jsonb, text, text) to anon, authenticated;
