create or replace function private.rate_headers(class text)
returns jsonb
language plpgsql
stable
security definer -- counters are nobody's to read
set search_path = ''
as $$
#variable_conflict error
begin
  return (
    select jsonb_build_array(
             jsonb_build_object('RateLimit-Policy', format(
               '"%s-%s";q=%s;w=%s', rate_headers.class, a.kind, a.quota, ceil(extract(epoch from a.period)))),
             jsonb_build_object('RateLimit', format(
               '"%s-%s";r=%s;t=%s', rate_headers.class, a.kind, greatest(a.remaining, 0),
               ceil(extract(epoch from a.period) / a.quota)))
           ) || jsonb_build_array(jsonb_build_object(
             'Retry-After', greatest(ceil(extract(epoch from a.wait)), 1)::text))
      from private.rate_allowance(rate_headers.class) as a
     order by a.wait desc, a.remaining, a.kind
     limit 1
  );
end;
$$;

comment on function private.rate_headers(text) is
  'The response headers RateLimit-Policy and RateLimit of the tightest limit, and last Retry-After, for where it is used up.';
grant execute on function private.rate_headers(text) to anon, authenticated;
