-- What every domain stands on: the schemas, the extensions, and privileges that begin at nothing.

create extension if not exists citext with schema extensions;
create extension if not exists pgcrypto with schema extensions;
create extension if not exists btree_gin with schema extensions;

create schema if not exists private;
comment on schema private is
  'Machinery: policy helpers, trigger functions, rollups. Never exposed by the Data API.';
revoke all on schema private from public;
grant usage on schema private to anon, authenticated, service_role;

-- A new object is out of everyone's reach until its own file grants it.
alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke all on tables
  from public, anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from public, anon, authenticated;
alter default privileges in schema public revoke all on functions from public, anon, authenticated;
alter default privileges in schema private revoke all on tables from public, anon, authenticated;
alter default privileges in schema private revoke all on functions from public, anon, authenticated;

-- The secret key administers: it reads everything and calls every procedure.
alter default privileges in schema public grant select on tables to service_role;
alter default privileges in schema public grant execute on functions to service_role;
alter default privileges in schema private grant select on tables to service_role;
alter default privileges in schema private grant execute on functions to service_role;

create or replace function private.uuid_v7()
returns uuid
language plpgsql
volatile
parallel safe
set search_path = ''
as $$
#variable_conflict error
begin
  -- 48 bits of milliseconds, the version digit, and the random rest (with its variant) of a v4.
  return (
    lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
    || '7'
    || substr(replace(gen_random_uuid()::text, '-', ''), 14)
  )::uuid;
end;
$$;

comment on function private.uuid_v7() is
  'A time-ordered UUID (RFC 9562, version 7): new rows land at the right edge of every index.';
-- A column's default runs as whoever inserts, so that an insert by the Data API needs it too.
grant execute on function private.uuid_v7() to authenticated;
