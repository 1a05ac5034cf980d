-- Who speaks: the settings that the Data API makes for a request, for the rest of the transaction.

create function tests.act_as_user(user_id uuid, agency_id uuid default null)
returns void
language plpgsql
as $$
#variable_conflict error
begin
  perform set_config('request.jwt.claims', jsonb_build_object(
      'sub', act_as_user.user_id, 'role', 'authenticated', 'aud', 'authenticated')::text, true),
    set_config('request.headers', case when act_as_user.agency_id is null then '{}'
      else jsonb_build_object('x-agency-id', act_as_user.agency_id)::text end, true),
    set_config('role', 'authenticated', true);
end;
$$;
comment on function tests.act_as_user(uuid, uuid) is
  'Speaks as a signed-in user; `agency_id` stands for the X-Agency-Id header.';

create function tests.act_as(slug text, role text)
returns void
language sql
as $$
  select tests.act_as_user(tests.id(act_as.slug || '/' || act_as.role));
$$;
comment on function tests.act_as(text, text) is 'Speaks as the agency''s member of that role.';

create function tests.act_as_anon()
returns void
language sql
as $$
  select set_config('request.jwt.claims', '{"role":"anon"}', true), set_config('request.headers', '{}', true),
    set_config('role', 'anon', true);
$$;
comment on function tests.act_as_anon() is 'Speaks as someone with the publishable key alone.';

create function tests.act_as_service()
returns void
language sql
as $$
  select set_config('request.jwt.claims', '{"role":"service_role"}', true),
    set_config('request.headers', '{}', true), set_config('role', 'service_role', true);
$$;
comment on function tests.act_as_service() is 'Speaks with the secret key.';

create function tests.act_as_postgres()
returns void
language sql
as $$
  select set_config('request.jwt.claims', '', true), set_config('request.headers', '', true),
    set_config('role', 'none', true);
$$;
comment on function tests.act_as_postgres() is 'Back to the owner of the schema, with no request around.';

create function tests.actor()
returns jsonb
language sql
stable
as $$
  select jsonb_build_object('role', current_setting('role'),
    'claims', coalesce(current_setting('request.jwt.claims', true), ''),
    'headers', coalesce(current_setting('request.headers', true), ''));
$$;
comment on function tests.actor() is 'Who speaks now, for tests.act_again().';

create function tests.act_again(actor jsonb)
returns void
language sql
as $$
  select set_config('request.jwt.claims', act_again.actor ->> 'claims', true),
    set_config('request.headers', act_again.actor ->> 'headers', true),
    set_config('role', act_again.actor ->> 'role', true);
$$;
comment on function tests.act_again(jsonb) is 'Speaks again as tests.actor() said.';

grant execute on all functions in schema tests to public;
