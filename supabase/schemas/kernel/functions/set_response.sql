create or replace function private.set_response(
  status integer,
  counted_limit private.counted_limit,
  is_replayed boolean
)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_limit private.counted_limit := set_response.counted_limit;
  v_period double precision;
  v_headers text;
begin
  if v_limit.kind is not null then
    v_period := date_part('epoch', v_limit.period);
    v_headers := format(
      '{"RateLimit-Policy": "\"%1$s-%2$s\";q=%3$s;w=%4$s"}, {"RateLimit": "\"%1$s-%2$s\";r=%5$s;t=%6$s"}',
      v_limit.class, v_limit.kind, v_limit.quota, ceil(v_period), v_limit.remaining, ceil(v_period / v_limit.quota));
    if set_response.status = 429 then
      v_headers := v_headers || format(', {"Retry-After": "%s"}',
        greatest(ceil(date_part('epoch', v_limit.tat + v_limit.step - v_limit.period - clock_timestamp())), 1));
    end if;
  end if;
  if set_response.is_replayed then
    v_headers := concat_ws(', ', v_headers, '{"Idempotency-Replayed": "true"}');
  end if;
  perform set_config('response.status', set_response.status::text, true),
          set_config('response.headers', concat('[', v_headers, ']'), true);
end;
$$;

comment on function private.set_response(integer, private.counted_limit, boolean) is
  'Gives the Data API the status and headers of a call: RateLimit-Policy and RateLimit of its tightest limit, Retry-After of one that is used up, Idempotency-Replayed.';
grant execute on function private.set_response(integer, private.counted_limit, boolean) to anon, authenticated;
