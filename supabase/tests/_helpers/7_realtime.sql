-- What Realtime does with the database, done by hand.

create function tests.may_join(topic text)
returns text[]
language plpgsql
as $$
#variable_conflict error
declare
  v_before jsonb := tests.actor();
  v_probes uuid[];
  v_extensions text[];
begin
  perform tests.act_as_postgres();
  with probes as (
    insert into realtime.messages (topic, extension)
    select may_join.topic, e from unnest('{broadcast,presence}'::text[]) as e
    returning id
  )
  select array_agg(p.id) into v_probes from probes as p;
  perform tests.act_again(v_before), set_config('realtime.topic', may_join.topic, true);
  v_extensions := array(select m.extension from realtime.messages as m where m.id = any (v_probes) order by 1);
  perform tests.act_as_postgres();
  delete from realtime.messages as m where m.id = any (v_probes);
  perform tests.act_again(v_before);
  return v_extensions;
end;
$$;
comment on function tests.may_join(text) is
  'What whoever speaks may receive on a private channel, {broadcast,presence}: as Realtime asks at a join.';

create function tests.may_send(topic text)
returns text[]
language plpgsql
as $$
#variable_conflict error
declare
  v_extension text;
  v_extensions text[] := '{}';
begin
  perform set_config('realtime.topic', may_send.topic, true);
  foreach v_extension in array '{broadcast,presence}'::text[] loop
    begin
      insert into realtime.messages (topic, extension) values (may_send.topic, v_extension);
      raise exception using errcode = 'XX999';
    exception
      when insufficient_privilege then null;
      when sqlstate 'XX999' then v_extensions := v_extensions || v_extension;
    end;
  end loop;
  return v_extensions;
end;
$$;
comment on function tests.may_send(text) is 'What whoever speaks may send on a private channel: as Realtime asks at the first message.';

create function tests.sent(topic text)
returns table (event text, payload jsonb)
language sql
security definer
as $$
  with sent as (delete from realtime.messages as m where m.topic = sent.topic returning m.*, m.xmin::text::bigint as place)
  select s.event, case when s.payload ->> 'id' = s.id::text then s.payload - 'id' else s.payload end from sent as s where s.private order by s.place;
$$;
comment on function tests.sent(text) is 'The private broadcasts on a topic since it was last asked, in the order in which they were sent.';

grant execute on all functions in schema tests to public;
