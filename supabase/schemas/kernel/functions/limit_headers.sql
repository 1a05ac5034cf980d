create or replace function private.limit_headers(
  class text,
  kind text,
  quota integer,
  period interval,
  ahead interval
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict error
declare
  v_period numeric := extract(epoch from limit_headers.period);
  v_left numeric := v_period - extract(epoch from limit_headers.ahead);
  v_step numeric := v_period / limit_headers.quota;
begin
  return jsonb_build_array(
    jsonb_build_object('RateLimit-Policy', format('"%s-%s";q=%s;w=%s',
      limit_headers.class, limit_headers.kind, limit_headers.quota, ceil(v_period))),
    jsonb_build_object('RateLimit', format('"%s-%s";r=%s;t=%s',
      limit_headers.class, limit_headers.kind, greatest(floor(v_left / v_step), 0), ceil(v_step))),
    jsonb_build_object('Retry-After', greatest(ceil(v_step - v_left), 1)::text));
end;
$$;

comment on function private.limit_headers(text, text, integer, interval, interval) is
  'The response headers RateLimit-Policy and RateLimit of a limit that is used that far ahead of the clock, and last Retry-After, for where it is used up.';
