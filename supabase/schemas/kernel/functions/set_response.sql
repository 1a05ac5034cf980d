create or replace function private.set_response(answer jsonb, rate_class text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_headers jsonb := coalesce(
    set_response.answer -> 'limits',
    case when not private.is_service() then private.rate_headers(set_response.rate_class) end,
    '[]');
begin
  if set_response.answer ->> 'status' <> '429' then
    v_headers := v_headers - -1;
  end if;
  if set_response.answer -> 'replayed' is not null then
    v_headers := v_headers || '[{"Idempotency-Replayed": "true"}]';
  end if;
  perform set_config('response.status', set_response.answer ->> 'status', true),
          set_config('response.headers', v_headers::text, true);
end;
$$;

comment on function private.set_response(jsonb, text) is
  'Gives the Data API the status and headers of an answer.';
grant execute on function private.set_response(jsonb, text) to anon, authenticated;
