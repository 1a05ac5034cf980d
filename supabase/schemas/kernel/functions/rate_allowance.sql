create or replace function private.rate_allowance(class text)
returns table (kind text, subject text, quota integer, period interval, ahead interval, remaining integer, wait interval)
language plpgsql
stable
security definer -- counters are nobody's to read
set search_path = ''
as $$
#variable_conflict error
begin
  -- GCRA: `tat` is the moment at which all that was used is paid back.
  return query
    select s.kind, s.subject, l.quota, l.period, ahead.by,
           floor(extract(epoch from (l.period - ahead.by)) / extract(epoch from l.period) * l.quota)::integer,
           greatest(ahead.by + l.period / l.quota - l.period, interval '0')
      from private.rate_subjects() as s
      join private.rate_limits as l on l.class = rate_allowance.class and l.kind = s.kind
      left join private.rate_counters as c
        on c.class = l.class and c.kind = s.kind and c.subject = s.subject
     cross join lateral (
       select greatest(c.tat - clock_timestamp(), interval '0') as by
     ) as ahead;
end;
$$;

comment on function private.rate_allowance(text) is
  'What is left of each limit the request counts against, and how long to wait where nothing is. Reads without locks.';
