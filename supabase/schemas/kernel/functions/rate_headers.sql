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
    select private.limit_headers(rate_headers.class, a.kind, a.quota, a.period, a.ahead)
      from private.rate_allowance(rate_headers.class) as a
     order by a.wait desc, a.remaining, a.kind
     limit 1
  );
end;
$$;

comment on function private.rate_headers(text) is
  'The response headers of the tightest limit the request counts against: private.limit_headers.';
grant execute on function private.rate_headers(text) to anon, authenticated;
