create or replace function private.charge_rate(class text)
returns boolean
language plpgsql
volatile
security definer -- counters are nobody's to write
set search_path = ''
as $$
#variable_conflict error
declare
  v_subject record;
begin
  -- In one order everywhere (agency before user), so that two requests cannot block each other.
  for v_subject in
    select s.kind, s.subject, l.quota, l.period
      from private.rate_subjects() as s
      join private.rate_limits as l on l.class = charge_rate.class and l.kind = s.kind
     order by s.kind, s.subject
  loop
    -- The clock is read once the counter is ours, so that waiting for it costs nobody a request.
    insert into private.rate_counters as c (class, kind, subject, tat)
    values (charge_rate.class, v_subject.kind, v_subject.subject,
      clock_timestamp() + v_subject.period / v_subject.quota)
    on conflict on constraint rate_counters_pkey do update
       set tat = greatest(c.tat, clock_timestamp()) + v_subject.period / v_subject.quota
     where greatest(c.tat, clock_timestamp()) + v_subject.period / v_subject.quota
        <= clock_timestamp() + v_subject.period;
    if not found then
      return false;
    end if;
  end loop;
  return true;
end;
$$;

comment on function private.charge_rate(text) is
  'Takes one request from every limit it counts against; false where one is used up, and then the caller rolls all of it back. Exact: of any number at once just as many pass as are left. Counters stay locked until the transaction ends, so it is called last.';
