-- What the local Realtime server keeps in the database, in a schema that hosted does not have. Run at
-- each start as a superuser: who listened before does not any more.

create schema if not exists local_realtime;

drop table if exists local_realtime.subscriptions, local_realtime.changes;

-- Who wants to hear of which changes. One row for each published table that a subscription names.
create unlogged table local_realtime.subscriptions (
  id integer not null,
  relation oid not null,
  event text not null, -- INSERT, UPDATE, DELETE or *
  filter text, -- SQL over the row `r`
  filtered name[] not null, -- the columns in it
  selected name[], -- null: all
  role name not null,
  claims text not null,
  primary key (relation, id)
);
create index on local_realtime.subscriptions (id);

-- Changes on their way to the server.
create unlogged table local_realtime.changes (
  id bigint generated always as identity primary key,
  relation oid not null,
  type text not null,
  record jsonb,
  old_record jsonb,
  at timestamptz not null default clock_timestamp()
);

-- Capturing ------------------------------------------------------------------------------------

-- Nobody listening costs one look; otherwise a row and a notification for each transaction.
create or replace function local_realtime.capture() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if exists (select from local_realtime.subscriptions as s where s.relation = tg_relid) then
    insert into local_realtime.changes (relation, type, record, old_record)
    values (tg_relid, tg_op, to_jsonb(new), to_jsonb(old));
    notify local_realtime_changes;
  end if;
  return null;
end;
$$;

-- Puts the trigger on every published table, for what is published of it, and takes it from the
-- others. Its name comes first, so that a row's changes are told in the order in which they happened,
-- whatever other triggers do. A partitioned table's rows go under the names of its partitions, which
-- nobody can subscribe to where it is published by its own: as on hosted, it tells nothing.
create or replace function local_realtime.sync_triggers() returns void
language plpgsql set search_path = '' as $$
declare
  v_table record;
begin
  for v_table in
    with published as (
      select c.oid::regclass as relation,
             concat_ws(' or ',
               case when p.pubinsert then 'insert' end,
               case when p.pubupdate then 'update' end,
               case when p.pubdelete then 'delete' end) as events,
             -- As pg_trigger.tgtype has it.
             1 + 4 * p.pubinsert::int + 16 * p.pubupdate::int + 8 * p.pubdelete::int as kind
        from pg_catalog.pg_publication as p
        join pg_catalog.pg_publication_tables as t on t.pubname = p.pubname
        join pg_catalog.pg_class as c on c.oid = format('%I.%I', t.schemaname, t.tablename)::regclass
       where p.pubname = 'supabase_realtime' and c.relkind = 'r'
         and (p.pubinsert or p.pubupdate or p.pubdelete)
    ), captured as (
      select t.tgrelid::regclass as relation, t.tgtype::int as kind
        from pg_catalog.pg_trigger as t
       where t.tgname = '0_local_realtime' and t.tgparentid = 0
    )
    select coalesce(p.relation, c.relation) as relation, p.events
      from published as p
      full join captured as c on c.relation = p.relation
     where p.kind is distinct from c.kind
  loop
    if v_table.events is null then
      execute format('drop trigger "0_local_realtime" on %s', v_table.relation);
    else
      execute format(
        'create or replace trigger "0_local_realtime" after %s on %s
           for each row execute function local_realtime.capture()', v_table.events, v_table.relation);
    end if;
  end loop;
end;
$$;

-- A message that a transaction left in realtime.messages. What is too large for a notification is
-- fetched by its id.
create or replace function local_realtime.announce() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_message jsonb := jsonb_build_object('id', new.id, 'topic', new.topic, 'event', new.event, 'private', new.private);
  v_whole text := v_message || jsonb_build_object('body', new.payload::text);
begin
  perform pg_notify(
    'local_realtime_messages',
    case when new.binary_payload is null and octet_length(v_whole) < 7900 then v_whole
         else v_message::text end);
  return null;
end;
$$;
create or replace trigger local_realtime_announce after insert on realtime.messages for each row
  when (new.extension = 'broadcast' and new.event is not null)
  execute function local_realtime.announce();

-- Private channels -----------------------------------------------------------------------------

-- Which of the extensions the caller may read from or write to the topic: by what the policies on
-- realtime.messages say to a probe row of each, which never stays.
create or replace function local_realtime.allowed(
  action text, topic text, extensions text[], claims jsonb, headers text
) returns text[] language plpgsql set search_path = '' as $$
#variable_conflict use_variable
declare
  v_extension text;
  v_allowed text[] := '{}';
  v_probes uuid[];
begin
  begin
    if action = 'read' then
      with probes as (
        insert into realtime.messages as m (topic, extension)
        select topic, e.extension from unnest(extensions) as e (extension)
        returning m.id
      )
      select array_agg(p.id) into v_probes from probes as p;
    end if;
    perform set_config('realtime.topic', topic, true),
            set_config('request.jwt.claims', claims::text, true),
            set_config('request.headers', headers, true),
            set_config('role', claims ->> 'role', true);
    if action = 'read' then
      v_allowed := array(select m.extension from realtime.messages as m where m.id = any (v_probes));
    else
      foreach v_extension in array extensions loop
        begin
          insert into realtime.messages (topic, extension) values (topic, v_extension);
          v_allowed := v_allowed || v_extension;
        exception when insufficient_privilege then
          null;
        end;
      end loop;
    end if;
    raise sqlstate 'LR000'; -- undoes the probes, the role and the settings
  exception when sqlstate 'LR000' then
    null;
  end;
  return v_allowed;
end;
$$;
