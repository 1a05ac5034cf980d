-- Fixtures for pgTAP. Applied once to the template that test databases are cloned from; nothing of it
-- is ever deployed. Whoever speaks when a helper is called speaks again after it.

create schema tests;
grant usage on schema tests to public;

create table tests.ids (key text primary key, id uuid not null);
grant select on tests.ids to public;

create function tests.remember(key text, id uuid)
returns uuid
language sql
as $$
  insert into tests.ids (key, id) values (remember.key, remember.id)
  on conflict (key) do update set id = excluded.id
  returning ids.id;
$$;
comment on function tests.remember(text, uuid) is 'Files an id under a name for tests.id().';

-- Volatile, because the planner would call a stable function ahead of the statement, before the fixtures
-- that the same function made can be seen.
create function tests.id(key text)
returns uuid
language plpgsql
volatile
as $$
#variable_conflict error
declare
  v_id uuid;
begin
  select i.id into v_id from tests.ids as i where i.key = id.key;
  if v_id is null then
    raise exception 'no fixture is called %', id.key;
  end if;
  return v_id;
end;
$$;
comment on function tests.id(text) is
  'A fixture''s id: `acme` an agency, `acme/sales` its user of that role, `acme/<campaign name>` a campaign, `acme/<e-mail>` a lead.';

create function tests.create_user(email text, metadata jsonb default '{}')
returns uuid
language plpgsql
as $$
#variable_conflict error
declare
  v_before jsonb := tests.actor();
  v_id uuid := gen_random_uuid();
begin
  perform tests.act_as_postgres();
  insert into auth.users (id, aud, role, email, raw_user_meta_data, raw_app_meta_data, email_confirmed_at,
                          created_at, updated_at)
  values (v_id, 'authenticated', 'authenticated', create_user.email, create_user.metadata,
          '{"provider":"email","providers":["email"]}', now(), now(), now());
  perform tests.remember(create_user.email, v_id), tests.act_again(v_before);
  return v_id;
end;
$$;
comment on function tests.create_user(text, jsonb) is
  'A user as sign-up makes one; `metadata` is what sign-up sends as data. Filed under the e-mail.';

create function tests.create_agency(slug text)
returns uuid
language plpgsql
as $$
#variable_conflict error
declare
  v_before jsonb := tests.actor();
  v_agency uuid;
  v_user uuid;
  v_role text;
begin
  perform tests.act_as_postgres();
  v_user := tests.create_user('owner@' || create_agency.slug || '.test',
    jsonb_build_object('full_name', 'Owner of ' || create_agency.slug, 'agency_name', create_agency.slug));
  select m.agency_id into strict v_agency from public.memberships as m where m.user_id = v_user;
  update public.agencies as a set slug = create_agency.slug where a.id = v_agency;
  perform tests.remember(create_agency.slug, v_agency), tests.remember(create_agency.slug || '/owner', v_user);

  for v_role in select r.role from public.roles as r where r.role <> 'owner' order by r.position loop
    v_user := tests.create_user(v_role || '@' || create_agency.slug || '.test',
      jsonb_build_object('full_name', initcap(v_role) || ' of ' || create_agency.slug));
    insert into public.memberships (agency_id, user_id) values (v_agency, v_user);
    insert into public.membership_roles (agency_id, user_id, role) values (v_agency, v_user, v_role);
    update public.profiles as p set active_agency_id = v_agency where p.id = v_user;
    perform tests.remember(create_agency.slug || '/' || v_role, v_user);
  end loop;
  perform tests.act_again(v_before);
  return v_agency;
end;
$$;
comment on function tests.create_agency(text) is
  'An agency with one active member per system role, `<role>@<slug>.test`; the owner signed up, the others were added.';

create function tests.create_campaign(slug text, name text, attributes jsonb default '{}')
returns uuid
language plpgsql
as $$
#variable_conflict error
declare
  v_before jsonb := tests.actor();
  v_id uuid;
begin
  perform tests.act_as(create_campaign.slug, 'owner');
  select c.id into v_id
    from public.create_campaign(create_campaign.name, create_campaign.attributes, tests.id(create_campaign.slug)) as c;
  perform tests.act_as_postgres();
  perform tests.remember(create_campaign.slug || '/' || create_campaign.name, v_id);
  perform tests.act_again(v_before);
  return v_id;
end;
$$;
comment on function tests.create_campaign(text, text, jsonb) is
  'A campaign created by the agency''s owner; filed as `<slug>/<name>`.';

create function tests.create_lead(slug text, campaign text, attributes jsonb default '{}')
returns uuid
language plpgsql
as $$
#variable_conflict error
declare
  v_before jsonb := tests.actor();
  v_id uuid;
begin
  perform tests.act_as(create_lead.slug, 'owner');
  select l.id into v_id
    from public.create_lead(tests.id(create_lead.slug || '/' || create_lead.campaign), create_lead.attributes) as l;
  perform tests.act_as_postgres();
  if create_lead.attributes ? 'email' then
    perform tests.remember(create_lead.slug || '/' || (create_lead.attributes ->> 'email'), v_id);
  end if;
  perform tests.act_again(v_before);
  return v_id;
end;
$$;
comment on function tests.create_lead(text, text, jsonb) is
  'A lead created by the agency''s owner in the named campaign; filed as `<slug>/<e-mail>` where it has one.';

grant execute on all functions in schema tests to public;
