create or replace function private.set_response(call private.call)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_is_refused boolean := set_response.call.status = 429;
  v_limit private.counted_limit;
  v_period double precision;
  v_left double precision;
  v_tightness double precision;
  v_most double precision;
  v_headers text;
begin
  foreach v_limit in array set_response.call.limits loop
    v_period := date_part('epoch', v_limit.period);
    v_left := date_part('epoch', v_limit.period - greatest(v_limit.ahead, interval '0')) * v_limit.quota / v_period;
    -- Where several are used up, the one that takes longest counts; else the one of which least is left.
    v_tightness := case when v_is_refused then (1 - v_left) * v_period / v_limit.quota else -floor(v_left) end;
    if v_most is null or v_tightness > v_most then
      v_most := v_tightness;
      v_headers := format(
        '{"RateLimit-Policy": "\"%1$s-%2$s\";q=%3$s;w=%4$s"}, {"RateLimit": "\"%1$s-%2$s\";r=%5$s;t=%6$s"}',
        v_limit.class, v_limit.kind, v_limit.quota, ceil(v_period), greatest(floor(v_left), 0), ceil(v_period / v_limit.quota));
      if v_is_refused then
        v_headers := v_headers || format(', {"Retry-After": "%s"}', greatest(ceil(v_tightness), 1));
      end if;
    end if;
  end loop;
  if set_response.call.is_replayed then
    v_headers := concat_ws(', ', v_headers, '{"Idempotency-Replayed": "true"}');
  end if;
  perform set_config('response.status', set_response.call.status::text, true),
          set_config('response.headers', concat('[', v_headers, ']'), true);
end;
$$;

comment on function private.set_response(private.call) is
  'Gives the Data API the status and headers of a call: RateLimit-Policy and RateLimit of its tightest limit, Retry-After of one that is used up, Idempotency-Replayed.';
grant execute on function private.set_response(private.call) to anon, authenticated;
