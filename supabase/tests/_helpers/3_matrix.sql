-- The access matrix: tries what every actor meets at every public object. What is expected comes from
-- schemas/access.json by way of the generated _surface/access_matrix.test.sql.

create table tests.matrix_relations (
  relation text primary key, rows text, everything text[], something text[],
  hidden text[], insertable text[], updatable text[], deletable boolean
);
create table tests.matrix_writes (title text primary key, command text, statement text, allowed text[]);
create table tests.matrix_calls (procedure text, call text, allowed text[], unchanged text[]);
create table tests.matrix_actors (actor text primary key, position integer generated always as identity);

create function tests.create_full_agency(slug text)
returns void
language plpgsql
as $$
#variable_conflict error
declare
  v_agency uuid := tests.create_agency(create_full_agency.slug);
  v_user uuid;
  v_lead text;
  v_campaign text;
begin
  v_user := tests.create_user('other@' || create_full_agency.slug || '.test');
  insert into public.memberships (agency_id, user_id) values (v_agency, v_user);
  insert into public.membership_roles (agency_id, user_id, role) values (v_agency, v_user, 'owner');
  perform tests.remember(create_full_agency.slug || '/other owner', v_user);

  insert into public.invitations (agency_id, email, roles, token_hash)
  values (v_agency, 'owner@globex.test', '{sales}', private.hash_token('token-of-' || create_full_agency.slug));
  perform tests.remember(create_full_agency.slug || '/invitation', i.id)
    from public.invitations as i where i.agency_id = v_agency;

  insert into public.agency_roles (agency_id, role, title, permissions)
  values (v_agency, 'custom:intern', 'Intern', '{leads.read}');
  -- On one platform, so that what roles allow stays what it is.
  insert into public.member_permissions (agency_id, user_id, permission, platform, effect)
  select v_agency, tests.id(create_full_agency.slug || '/' || r), 'leads.read', 'instagram', 'allow'
    from unnest('{sales,client}'::text[]) as r;
  insert into public.api_keys (agency_id, name, prefix, secret_hash, permissions)
  values (v_agency, 'Robot', 'blk_', private.hash_token('blk_' || create_full_agency.slug), '{leads.read}');
  perform tests.remember(create_full_agency.slug || '/api key', k.id)
    from public.api_keys as k where k.agency_id = v_agency;

  -- The role client sees the campaign Launch, sales the lead assigned to them; both are one lead.
  insert into public.clients (agency_id, name) values (v_agency, 'a client'), (v_agency, 'other client');
  perform tests.remember(create_full_agency.slug || '/' || c.name, c.id)
    from public.clients as c where c.agency_id = v_agency;
  update public.memberships as m set client_id = tests.id(create_full_agency.slug || '/a client')
   where m.agency_id = v_agency and m.user_id = tests.id(create_full_agency.slug || '/client');
  perform tests.create_campaign(create_full_agency.slug, 'Launch',
    jsonb_build_object('client_id', tests.id(create_full_agency.slug || '/a client')));
  perform tests.create_campaign(create_full_agency.slug, 'Own');
  for v_lead, v_campaign in values ('assigned lead', 'Launch'), ('loose lead', 'Own'), ('deleted lead', 'Own') loop
    perform tests.remember(create_full_agency.slug || '/' || v_lead,
      tests.create_lead(create_full_agency.slug, v_campaign, jsonb_build_object('last_name', v_lead, 'company', 'Lead Ltd')));
  end loop;
  insert into public.notifications (agency_id, user_id, type, title)
  select m.agency_id, m.user_id, 'lead.assigned', 'A lead was assigned to you'
    from public.memberships as m where m.agency_id = v_agency;
  insert into public.notification_preferences (agency_id, user_id, type, in_app, email)
  select m.agency_id, m.user_id, 'lead.qualified', true, false
    from public.memberships as m where m.agency_id = v_agency;
  insert into private.tasks (agency_id, kind, state, claim, attempts, lease_until)
  values (v_agency, 'maintenance.sweep', 'running', 1, 1, now() + interval '1 hour');
  insert into private.tasks (agency_id, kind, state, finished_at)
  values (v_agency, 'maintenance.sweep', 'discarded', now());
  perform tests.remember(create_full_agency.slug || case t.state when 'running' then '/running task' else '/given up task' end, t.id)
    from private.tasks as t where t.agency_id = v_agency and t.kind = 'maintenance.sweep';

  perform tests.fill_sources(create_full_agency.slug);
  perform tests.act_as(create_full_agency.slug, 'owner');
  perform public.assign_lead(tests.id(create_full_agency.slug || '/assigned lead'),
      tests.id(create_full_agency.slug || '/sales')::text),
    public.record_lead_activity(tests.id(create_full_agency.slug || '/loose lead'), 'note'),
    public.delete_lead(tests.id(create_full_agency.slug || '/deleted lead'));
  perform tests.act_as_postgres();
end;
$$;
comment on function tests.create_full_agency(text) is 'An agency with a row in every table.';

create function tests.create_matrix(roles text[])
returns setof text
language plpgsql
as $$
#variable_conflict error
declare
  v_user uuid;
begin
  insert into tests.matrix_actors (actor)
  select a from unnest(create_matrix.roles || '{anon,foreign,suspended,removed,service}'::text[]) as a;

  perform tests.create_full_agency('globex');
  perform tests.create_full_agency('acme');

  v_user := tests.create_user('suspended@acme.test');
  insert into public.memberships (agency_id, user_id, status) values (tests.id('acme'), v_user, 'suspended');
  insert into public.membership_roles (agency_id, user_id, role) values (tests.id('acme'), v_user, 'owner');
  v_user := tests.create_user('removed@acme.test');
  insert into public.memberships (agency_id, user_id) values (tests.id('acme'), v_user);
  insert into public.membership_roles (agency_id, user_id, role) values (tests.id('acme'), v_user, 'owner');
  delete from public.memberships as m where m.user_id = v_user;
end;
$$;
comment on function tests.create_matrix(text[]) is
  'The fixtures of the matrix: two agencies with a row in every table, and the actors.';

create function tests.act_as_actor(actor text)
returns void
language plpgsql
as $$
#variable_conflict error
begin
  case act_as_actor.actor
    when 'anon' then perform tests.act_as_anon();
    when 'service' then perform tests.act_as_service();
    when 'foreign' then perform tests.act_as('globex', 'owner');
    when 'suspended', 'removed' then
      perform tests.act_as_user(tests.id(act_as_actor.actor || '@acme.test'));
    else perform tests.act_as('acme', act_as_actor.actor);
  end case;
end;
$$;

create function tests.filled_in(statement text)
returns text
language plpgsql
stable
as $$
#variable_conflict error
declare
  v_name text;
  v_text text := filled_in.statement;
begin
  for v_name in select distinct m[1] from regexp_matches(filled_in.statement, '\{([A-Za-z][A-Za-z @./]*)\}', 'g') as m loop
    v_text := replace(v_text, '{' || v_name || '}',
      quote_literal(tests.id(case v_name when 'agency' then 'acme' else 'acme/' || v_name end)) || '::uuid');
  end loop;
  return v_text;
end;
$$;
comment on function tests.filled_in(text) is
  'Puts fixture ids of the agency acme in for placeholders: {agency}, {sales}, {Launch}, {lead@acme.test}.';

create function tests.digest(agency_id uuid)
returns text
language plpgsql
stable
as $$
#variable_conflict error
declare
  v_table regclass;
  v_digest text := '';
  v_part text;
begin
  for v_table in
    select c.oid from pg_class as c
      join pg_attribute as a on a.attrelid = c.oid and a.attname = 'agency_id' and not a.attisdropped
     where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
       and c.relkind in ('r', 'p') and not c.relispartition
     order by c.oid
  loop
    execute format('select md5(string_agg(md5(t::text), '''' order by md5(t::text))) from %s as t where t.agency_id = $1', v_table)
       into v_part using digest.agency_id;
    v_digest := v_digest || coalesce(v_part, '-');
  end loop;
  select v_digest || md5(a::text) into v_digest from public.agencies as a where a.id = digest.agency_id;
  return md5(v_digest);
end;
$$;
comment on function tests.digest(uuid) is 'One hash over every row of an agency, to see that nothing changed.';

create function tests.attempt(
  actor text,
  statement text,
  out code text,
  out message text,
  out rows bigint,
  out audited bigint,
  out digest text
)
language plpgsql
as $$
#variable_conflict error
declare
  v_events bigint := (select count(*) from public.audit_log);
begin
  begin
    perform tests.act_as_actor(attempt.actor), set_config('response.status', '', true);
    execute attempt.statement;
    get diagnostics rows = row_count;
    if current_setting('response.status') >= '400' then
      raise exception using errcode = 'PT' || current_setting('response.status'), message = 'answered';
    end if;
    perform tests.act_as_postgres();
    audited := (select count(*) from public.audit_log) - v_events;
    if attempt.actor in ('foreign', 'suspended', 'removed', 'service') then
      digest := tests.digest(tests.id('acme'));
    end if;
    raise exception using errcode = 'XX999';
  exception when others then
    if sqlstate <> 'XX999' then
      code := sqlstate;
      message := sqlerrm;
    end if;
  end;
end;
$$;
comment on function tests.attempt(text, text) is
  'Runs a statement as an actor, takes every effect of it back, and tells how it ended.';

create function tests.check_matrix_is_complete()
returns setof text
language plpgsql
as $$
#variable_conflict error
begin
  return next is_empty($q$
    select c.relname from pg_class as c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
       and c.relname not in (select m.relation from tests.matrix_relations as m)
  $q$, 'access.json lists every public table and view');
  return next is_empty($q$
    select m.relation from tests.matrix_relations as m where to_regclass('public.' || m.relation) is null
  $q$, 'access.json lists no table or view that is not there');
  return next is_empty($q$
    select p.proname from pg_proc as p
     where p.pronamespace = 'public'::regnamespace and p.proname not in (select m.procedure from tests.matrix_calls as m)
  $q$, 'access.json lists every public procedure');
  return next is_empty($q$
    select m.procedure from tests.matrix_calls as m
     where m.procedure not in (select p.proname from pg_proc as p where p.pronamespace = 'public'::regnamespace)
  $q$, 'access.json lists no procedure that is not there');
end;
$$;

create function tests.columns_with(role text, relation text, privilege text)
returns text[]
language sql
stable
as $$
  select coalesce(array_agg(a.attname::text order by a.attname), '{}')
    from pg_attribute as a
   where a.attrelid = ('public.' || columns_with.relation)::regclass and a.attnum > 0 and not a.attisdropped
     and has_column_privilege(columns_with.role, a.attrelid, a.attnum, columns_with.privilege);
$$;

create function tests.check_matrix_grants()
returns setof text
language plpgsql
as $$
#variable_conflict error
declare
  m tests.matrix_relations;
begin
  for m in select r.* from tests.matrix_relations as r
    where to_regclass('public.' || r.relation) is not null order by r.relation loop
    return next is(tests.columns_with('authenticated', m.relation, 'insert'),
      array(select c from unnest(m.insertable) as c order by c), 'columns that can be inserted into ' || m.relation);
    return next is(tests.columns_with('authenticated', m.relation, 'update'),
      array(select c from unnest(m.updatable) as c order by c), 'columns that can be updated of ' || m.relation);
    return next is(has_table_privilege('authenticated', 'public.' || m.relation, 'delete'), m.deletable,
      'rows that can be deleted from ' || m.relation);
    return next is_empty(format($q$
      select c, 'is hidden' from unnest(%1$L::text[]) as c
       where c = any (tests.columns_with('authenticated', %2$L, 'select'))
      union all
      select a.attname, 'is not hidden' from pg_attribute as a
       where a.attrelid = %3$L::regclass and a.attnum > 0 and not a.attisdropped
         and a.attname <> all (%1$L::text[])
         and a.attname <> all (tests.columns_with('authenticated', %2$L, 'select'))
         and tests.columns_with('authenticated', %2$L, 'select') <> '{}'
    $q$, m.hidden, m.relation, 'public.' || m.relation), 'columns that can be read of ' || m.relation);
    return next ok(
      tests.columns_with('anon', m.relation, 'insert') || tests.columns_with('anon', m.relation, 'update')
        || tests.columns_with('service_role', m.relation, 'insert') || tests.columns_with('service_role', m.relation, 'update') = '{}'
      and not has_table_privilege('anon', 'public.' || m.relation, 'delete')
      and not has_table_privilege('service_role', 'public.' || m.relation, 'delete'),
      'neither anon nor the secret key writes ' || m.relation || ' directly');
  end loop;
end;
$$;

create function tests.check_matrix_rows()
returns setof text
language plpgsql
as $$
#variable_conflict error
declare
  m tests.matrix_relations;
  v_actor text;
  v_there bigint;
  v_seen bigint;
  v_refused boolean;
begin
  for m in select r.* from tests.matrix_relations as r
    where to_regclass('public.' || r.relation) is not null order by r.relation loop
    execute format('select count(*) from public.%I where %s', m.relation, tests.filled_in(m.rows)) into v_there;
    return next cmp_ok(v_there, '>', 0::bigint, 'the fixtures have rows of ' || m.relation);
    for v_actor in select a.actor from tests.matrix_actors as a order by a.position loop
      v_refused := false;
      v_seen := 0;
      begin
        perform tests.act_as_actor(v_actor);
        execute format('select count(*) from public.%I where %s', m.relation, tests.filled_in(m.rows)) into v_seen;
        perform tests.act_as_postgres();
      exception when insufficient_privilege then
        v_refused := true;
      end;
      return next is(
        case when v_seen = v_there then 'all' when v_seen > 0 then 'some' else 'none' end,
        case when v_actor = any (m.everything) then 'all' when v_actor = any (m.something) then 'some' else 'none' end,
        format('rows of %s that %s sees', m.relation, v_actor));
      if v_actor = 'anon' and not v_actor = any (m.everything) then
        return next ok(v_refused, format('%s is refused to anon outright', m.relation));
      end if;
    end loop;
  end loop;
end;
$$;

create function tests.check_matrix_writes()
returns setof text
language plpgsql
as $$
#variable_conflict error
declare
  m tests.matrix_writes;
  v_actor text;
  r record;
begin
  for m in select w.* from tests.matrix_writes as w order by w.title loop
    for v_actor in select a.actor from tests.matrix_actors as a order by a.position loop
      select * into r from tests.attempt(v_actor, tests.filled_in(m.statement));
      -- Without a grant, or past a check, a write is refused; a row it must not touch it does not find.
      return next is(
        case when r.code = '42501' then 'refused' when r.code is not null then r.code || ' ' || r.message
             when r.rows = 0 then 'no row' else 'allowed' end,
        case when v_actor = any (m.allowed) then 'allowed'
             when m.command = 'insert' or v_actor in ('anon', 'service') then 'refused' else 'no row' end,
        format('%s by %s', m.title, v_actor));
    end loop;
  end loop;
end;
$$;

create function tests.check_matrix_calls()
returns setof text
language plpgsql
as $$
#variable_conflict error
declare
  m record;
  v_actor text;
  v_before text := tests.digest(tests.id('acme'));
  v_expected text;
  r record;
begin
  for m in
    -- An export counts against limits, which writes, but changes nothing.
    select c.*, (p.provolatile = 'v' and p.proname <> 'call_export')::integer as writes,
           -- Of what workers do to tasks the tasks themselves tell; what it leads to may be audited.
           not has_function_privilege('authenticated', p.oid, 'execute') as is_machinery
      from tests.matrix_calls as c
      join pg_proc as p on p.pronamespace = 'public'::regnamespace and p.proname = c.procedure
     order by c.procedure, c.call
  loop
    for v_actor in select a.actor from tests.matrix_actors as a order by a.position loop
      select * into r from tests.attempt(v_actor, 'select public.' || tests.filled_in(m.call));
      v_expected := case when v_actor = any (m.allowed) then 'allowed'
                         when v_actor = any (m.unchanged) then 'unchanged' else 'denied' end;
      return next is(
        case when r.code in ('42501', 'PT401', 'PT403', 'PT404') and v_expected <> 'unchanged' then 'denied'
             when v_expected = 'unchanged' and (r.code ~ '^(42501|PT4..)$' or r.digest = v_before) then 'unchanged'
             when r.code is null then 'allowed'
             else r.code || ' ' || r.message end,
        v_expected, format('%s by %s', m.call, v_actor));
      if r.code is null and v_actor = any (m.allowed) then
        return next cmp_ok(r.audited, case when m.is_machinery then '<=' else '=' end, m.writes::bigint,
          format('audit events of %s by %s', m.call, v_actor));
      end if;
    end loop;
  end loop;
end;
$$;

grant execute on all functions in schema tests to public;
