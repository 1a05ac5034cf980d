create or replace function public.call_procedure(
  procedure text,
  arguments jsonb default '{}',
  rate_class text default 'write',
  idempotency_key text default null
)
returns jsonb
language plpgsql
volatile
security invoker -- the procedure runs as the caller, whose grants decide
set search_path = ''
as $$
#variable_conflict error
begin
  return private.answer_call(
    call_procedure.procedure, coalesce(call_procedure.arguments, '{}'), call_procedure.rate_class,
    coalesce(call_procedure.idempotency_key, private.request_header('idempotency-key')));
end;
$$;

comment on function public.call_procedure(text, jsonb, text, text) is
  'Calls a procedure under the rate limits and, with an idempotency key (argument or header Idempotency-Key), at most once: a repetition is answered as the first was, with the header Idempotency-Replayed. Answers and errors are the procedure''s own. Rate classes: write, read, intensive, auth, anonymous. Works with an API key in the header X-Api-Key. Errors of its own: 401 api_key_invalid, not_signed_in, 404 procedure_not_found, 409 idempotency_in_flight, 422 arguments_not_an_object, argument_unknown, rate_class_unknown, idempotency_key_invalid, idempotency_key_reused, 429 rate_limited.';
revoke all on function public.call_procedure(text, jsonb, text, text) from public;
grant execute on function public.call_procedure(text, jsonb, text, text) to anon, authenticated;
