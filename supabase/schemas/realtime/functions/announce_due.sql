create or replace function private.announce_due(max_topics integer default 200)
returns integer
language plpgsql
volatile
security definer -- the clock that calls it owns nothing
set search_path = ''
as $$
#variable_conflict error
declare
  v_due record;
  v_told integer := 0;
begin
  for v_due in
    select d.agency_id, d.topic, array_agg(d.id) as ids
      from private.announcements_due as d
     group by d.agency_id, d.topic
     order by min(d.id)
     limit announce_due.max_topics
  loop
    if private.announce(v_due.agency_id, v_due.topic) then
      -- Just those seen before the state was: what has come since is told again.
      delete from private.announcements_due as d
       where d.agency_id = v_due.agency_id and d.topic = v_due.topic and d.id = any (v_due.ids);
      v_told := v_told + 1;
    end if;
  end loop;
  return v_told;
end;
$$;

comment on function private.announce_due(integer) is
  'Tells the last state of topics that changed too soon after they were told; returns how many are done with. Called by the clock.';
