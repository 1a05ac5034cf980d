begin;
select plan(13);

select tests.create_agency('acme');
select tests.act_as('acme', 'owner');
-- May manage members, roles and keys, and holds little else.
select public.set_agency_role(tests.id('acme'), 'custom:office', 'Office',
  '{members.manage,members.read,roles.manage,api_keys.manage,leads.read}');
select public.set_agency_role(tests.id('acme'), 'custom:deleter', 'Deleter', '{leads.delete}');
select public.set_member_roles(tests.id('acme'), tests.id('acme/coach'), '{custom:office}');
select tests.watch('acme'), tests.new_events();

create function pg_temp.try(statement text) returns text language plpgsql as $$
begin
  perform tests.act_as('acme', 'coach');
  execute statement;
  return 'allowed';
exception when others then
  return sqlerrm;
end;
$$;
create function pg_temp.refused(title text, statement text) returns text language sql as $$
  select is(pg_temp.try(format(statement, tests.id('acme'), tests.id('acme/sales'))), 'permission_not_held', title)
$$;
select pg_temp.refused('by an override', $$ select public.set_member_permission(%L, %L, 'leads.delete', 'allow') $$);
select pg_temp.refused('to themselves', format($$ select public.set_member_permission(%%L, %L, 'leads.delete', 'allow') $$, tests.id('acme/coach')));
select pg_temp.refused('by a system role', $$ select public.set_member_roles(%L, %L, '{manager}') $$);
select pg_temp.refused('by a role of the agency', $$ select public.set_member_roles(%L, %L, '{custom:deleter}') $$);
select pg_temp.refused('by an invitation', $$ select public.invite_member(%L, 'new@acme.test', '{manager}') $$);
select pg_temp.refused('by an invitation with a role of the agency', $$ select public.invite_member(%L, 'new@acme.test', '{custom:deleter}') $$);
select pg_temp.refused('by a new role', $$ select public.set_agency_role(%L, 'custom:mine', 'Mine', '{leads.delete}') $$);
select pg_temp.refused('by enlarging their own role', $$ select public.set_agency_role(%L, 'custom:office', 'Office', '{leads.delete}') $$);
select pg_temp.refused('nor by taking over a larger one', $$ select public.set_agency_role(%L, 'custom:deleter', 'Deleter', '{}') $$);
select pg_temp.refused('by a key', $$ select public.create_api_key(%L, 'Key', '{leads.delete}') $$);
select tests.act_as_postgres();
select tests.is_untouched('acme');
select is(pg_temp.try(format($$ select public.create_api_key(%L, 'Key', '{leads.read}') $$, tests.id('acme'))), 'allowed', 'what they hold they pass on');
select tests.act_as_postgres();
select tests.act_as_key(tests.create_key('acme', '{api_keys.manage,leads.read}'));
select is(tests.says('create_api_key', jsonb_build_object('agency_id', tests.id('acme'), 'name', 'Child', 'permissions', '{leads.write}'::text[])),
  '403 permission_not_held', 'a key makes no greater key');

select * from finish();
rollback;
