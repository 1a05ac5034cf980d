-- Calls through the dispatcher, as whoever speaks.

create function tests.act_as_key(secret text, role text default 'anon')
returns void
language sql
as $$
  select set_config('request.jwt.claims', '{"role":"anon"}', true),
    set_config('request.headers', jsonb_build_object('x-api-key', act_as_key.secret)::text, true),
    set_config('role', act_as_key.role, true);
$$;
comment on function tests.act_as_key(text, text) is
  'Speaks with the publishable key and an API key; as `authenticated` with what the dispatcher makes of it.';

create function tests.with_header(name text, value text)
returns void
language sql
as $$
  select set_config('request.headers', (coalesce(nullif(current_setting('request.headers', true), ''), '{}')::jsonb
    || jsonb_build_object(with_header.name, with_header.value))::text, true);
$$;
comment on function tests.with_header(text, text) is 'Adds a header to the request of whoever speaks.';

create function tests.call(
  procedure text,
  arguments jsonb default '{}',
  rate_class text default 'write',
  idempotency_key text default null,
  out status integer,
  out body jsonb,
  out headers jsonb
)
language plpgsql
as $$
#variable_conflict error
declare
  v_before jsonb := tests.actor();
begin
  body := public.call_procedure(call.procedure, call.arguments, call.rate_class, call.idempotency_key);
  status := current_setting('response.status');
  select jsonb_object_agg(h.key, h.value) into headers
    from jsonb_array_elements(current_setting('response.headers')::jsonb) as e, jsonb_each_text(e) as h;
  perform tests.act_again(v_before); -- the next request begins anew
end;
$$;
comment on function tests.call(text, jsonb, text, text) is 'One call_procedure as the Data API would answer it.';

create function tests.says(procedure text, arguments jsonb default '{}', rate_class text default 'write', idempotency_key text default null)
returns text
language sql
as $$
  select c.status || coalesce(' ' || (case when c.status >= 400 then c.body ->> 'message' end), '')
    from tests.call(says.procedure, says.arguments, says.rate_class, says.idempotency_key) as c;
$$;
comment on function tests.says(text, jsonb, text, text) is 'Status and, of an error, code of such a call: `200`, `404 lead_not_found`.';

create function tests.create_key(slug text, permissions text[], expires_at timestamptz default null)
returns text
language plpgsql
as $$
#variable_conflict error
declare
  v_before jsonb := tests.actor();
  v_key jsonb;
begin
  perform tests.act_as(create_key.slug, 'owner');
  v_key := public.create_api_key(tests.id(create_key.slug), 'Robot', create_key.permissions, create_key.expires_at);
  perform tests.act_as_postgres();
  perform tests.remember(create_key.slug || '/key', (v_key ->> 'id')::uuid);
  perform tests.act_again(v_before);
  return v_key ->> 'secret';
end;
$$;
comment on function tests.create_key(text, text[], timestamptz) is
  'An API key made by the agency''s owner, filed as `<slug>/key`; answers its secret.';

create function tests.set_limit(class text, kind text, quota integer)
returns void
language sql
security definer
as $$
  update private.rate_limits as l set quota = set_limit.quota, period = '1 hour'
   where l.class = set_limit.class and l.kind = set_limit.kind;
$$;
comment on function tests.set_limit(text, text, integer) is 'An operator''s change: so many an hour, whoever speaks.';

grant execute on all functions in schema tests to public;

create function tests.create_staff(email text)
returns uuid
language plpgsql
as $$
#variable_conflict error
declare
  v_before jsonb := tests.actor();
  v_id uuid := tests.create_user(create_staff.email);
begin
  perform tests.act_as_postgres();
  insert into private.platform_staff (user_id) values (v_id);
  perform tests.act_again(v_before);
  return v_id;
end;
$$;
comment on function tests.create_staff(text) is 'A user who runs the platform, of no agency; filed under the e-mail.';

grant execute on function tests.create_staff(text) to public;
