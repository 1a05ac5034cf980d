create or replace function private.charge_rate(class text)
returns jsonb
language plpgsql
volatile
security definer -- counters are nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_limit record;
  v_remaining numeric;
  v_least numeric;
  v_tightest record;
begin
  -- In one order everywhere (agency before user), so that two requests cannot block each other.
  for v_limit in
    select s.kind, s.subject, l.quota, l.period, l.period / l.quota as step, null::interval as ahead
      from private.rate_subjects() as s
      join private.rate_limits as l on l.class = charge_rate.class and l.kind = s.kind
     order by s.kind, s.subject
  loop
    -- The clock is read once the counter is ours, so that waiting for it costs nobody a request.
    insert into private.rate_counters as c (class, kind, subject, tat)
    values (charge_rate.class, v_limit.kind, v_limit.subject, clock_timestamp() + v_limit.step)
    on conflict on constraint rate_counters_pkey do update
       set tat = greatest(c.tat, clock_timestamp()) + v_limit.step
     where greatest(c.tat, clock_timestamp()) + v_limit.step <= clock_timestamp() + v_limit.period
    returning c.tat - clock_timestamp() into v_limit.ahead;
    if not found then
      -- Nobody has seen what was taken before this one, and with it given back nothing was.
      update private.rate_counters as c
         set tat = c.tat - l.period / l.quota
        from private.rate_subjects() as s
        join private.rate_limits as l on l.class = charge_rate.class and l.kind = s.kind
       where c.class = l.class and c.kind = s.kind and c.subject = s.subject and s.kind < v_limit.kind;
      return null;
    end if;
    v_remaining := floor(
      extract(epoch from v_limit.period - v_limit.ahead) / extract(epoch from v_limit.period) * v_limit.quota);
    if v_least is null or v_remaining < v_least then
      v_least := v_remaining;
      v_tightest := v_limit;
    end if;
  end loop;
  if v_least is null then
    return '[]'::jsonb;
  end if;
  return private.limit_headers(
    charge_rate.class, v_tightest.kind, v_tightest.quota, v_tightest.period, v_tightest.ahead);
end;
$$;

comment on function private.charge_rate(text) is
  'Takes one request from every limit it counts against and answers the response headers of the tightest (private.limit_headers); takes nothing and answers null where one is used up. Exact: of any number at once just as many pass as are left. Counters stay locked until the transaction ends, so it is called last.';
