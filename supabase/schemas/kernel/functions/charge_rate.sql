create or replace function private.charge_rate(call private.call)
returns private.call
language plpgsql
volatile
security definer -- counters are nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_call private.call := charge_rate.call;
  v_limit private.counted_limit;
  v_step interval;
  v_ahead interval;
  v_charged private.counted_limit[] := array[]::private.counted_limit[];
begin
  -- In one order everywhere (agency before user), so that two requests cannot block each other.
  foreach v_limit in array charge_rate.call.limits loop
    v_step := v_limit.period / v_limit.quota;
    -- The clock is read once the counter is ours, so that waiting for it costs nobody a request.
    insert into private.rate_counters as c (class, kind, subject, tat)
    values (v_limit.class, v_limit.kind, v_limit.subject, clock_timestamp() + v_step)
    on conflict on constraint rate_counters_pkey do update
       set tat = greatest(c.tat, clock_timestamp()) + v_step
     where greatest(c.tat, clock_timestamp()) + v_step <= clock_timestamp() + v_limit.period
    returning c.tat - clock_timestamp() into v_ahead;
    if not found then
      -- Nobody has seen what was taken before this one, and with it given back nothing was.
      update private.rate_counters as c
         set tat = c.tat - l.period / l.quota
        from unnest(v_charged) as l
       where c.class = l.class and c.kind = l.kind and c.subject = l.subject;
      select c.tat - clock_timestamp() into v_limit.ahead
        from private.rate_counters as c
       where c.class = v_limit.class and c.kind = v_limit.kind and c.subject = v_limit.subject;
      v_call.limits := array[v_limit];
      return private.rate_refusal(v_call);
    end if;
    v_limit.ahead := v_ahead;
    v_charged := v_charged || v_limit;
  end loop;
  v_call.limits := v_charged;
  return v_call;
end;
$$;

comment on function private.charge_rate(private.call) is
  'The call, with one request taken from every limit it counts against; refused, with nothing taken, where one is used up. Exact: of any number at once just as many pass as are left. Counters stay locked until the transaction ends, so it is called last.';
