begin;
select plan(15);

select tests.create_agency('acme');
select tests.create_staff('staff@x.test'), tests.create_user('plain@x.test');
create function pg_temp.try(statement text) returns text language plpgsql as $$
begin
  execute statement;
  return 'allowed';
exception when others then
  return sqlstate || ' ' || sqlerrm;
end;
$$;
grant execute on function pg_temp.try(text) to public;
create temporary table calls (call text);
insert into calls values ('list_users()'), ('update_user(tests.id(''plain@x.test''), ''{}'')'),
  ('delete_user(tests.id(''plain@x.test''))'), ('get_platform_metrics()'), ('get_health_report()');
grant select on calls to public;

select tests.act_as('acme', 'owner');
select is(pg_temp.try('select public.' || call), 'PT403 staff_required', 'an owner of an agency may not ' || call) from calls;
-- Whatever a token says of its bearer, who is staff stands in the table.
select set_config('request.jwt.claims', jsonb_build_object('sub', tests.id('acme/owner'), 'role', 'authenticated', 'aud', 'authenticated',
  'app_metadata', '{"role": "staff", "is_staff": true, "is_super_admin": true}'::jsonb, 'is_staff', true)::text, true);
select is(pg_temp.try('select public.list_users()'), 'PT403 staff_required', 'nor by any claim');
select tests.act_as_key(tests.create_key('acme', '{members.read}'), 'authenticated');
select is(pg_temp.try('select public.list_users()'), 'PT401 not_signed_in', 'nor by a key');
select tests.act_as_user(tests.id('staff@x.test'));
select is(pg_temp.try('select public.' || call), 'allowed', 'staff may ' || call) from calls;
select is_empty($$ select r from unnest('{anon,authenticated,service_role}'::text[]) as r
  where has_any_column_privilege(r, 'private.platform_staff', 'insert, update') or has_table_privilege(r, 'private.platform_staff', 'delete') $$,
  'nobody on the Data API makes staff');
select tests.act_as_postgres();
delete from private.platform_staff;
select tests.act_as_user(tests.id('staff@x.test'));
select is(pg_temp.try('select public.list_users()'), 'PT403 staff_required', 'who is staff no longer is so on the next statement');
select is((select count(*) from public.agencies), 0::bigint, 'staff see no agency''s tables');

select * from finish();
rollback;
