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
  v_now timestamptz;
begin
  -- In one order everywhere (agency before user), so that two requests cannot block each other.
  for v_subject in
    select s.kind, s.subject, l.quota, l.period
      from private.rate_subjects() as s
      join private.rate_limits as l on l.class = charge_rate.class and l.kind = s.kind
     order by s.kind, s.subject
  loop
    insert into private.rate_counters (class, kind, subject, tat)
    values (charge_rate.class, v_subject.kind, v_subject.subject, '-infinity')
    on conflict do nothing;
    perform from private.rate_counters as c
      where c.class = charge_rate.class and c.kind = v_subject.kind and c.subject = v_subject.subject
        for update;
    v_now := clock_timestamp(); -- read once the counter is ours
    update private.rate_counters as c
       set tat = greatest(c.tat, v_now) + v_subject.period / v_subject.quota
     where c.class = charge_rate.class and c.kind = v_subject.kind and c.subject = v_subject.subject
       and greatest(c.tat, v_now) + v_subject.period / v_subject.quota <= v_now + v_subject.period;
    if not found then
      return false;
    end if;
  end loop;
  return true;
end;
$$;

comment on function private.charge_rate(text) is
  'Takes one request from every limit it counts against; false where one is used up, and then the caller rolls all of it back. Exact: of any number at once just as many pass as are left. Counters stay locked until the transaction ends, so it is called last.';
