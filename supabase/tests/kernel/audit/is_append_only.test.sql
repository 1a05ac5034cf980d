-- For everyone, the owner of the schema included.
begin;
select plan(69);

select tests.create_agency('acme');
create temporary table before as select count(*) as events, md5(string_agg(a::text, '' order by a.id)) as digest from public.audit_log as a;
grant select on before to public;

select throws_ok($$ update public.audit_log set action = 'agency.forgotten' $$, 'PT405', 'append_only', 'postgres does not update');
select throws_ok($$ delete from public.audit_log $$, 'PT405', 'append_only', 'nor delete');
select throws_ok($$ truncate public.audit_log $$, 'PT405', 'append_only', 'nor truncate');
select throws_ok(format($$ update private.%I set action = 'agency.forgotten' $$, c.relname), 'PT405', 'append_only',
  'nor update this month''s partition')
  from pg_class as c where c.relname = 'audit_log_' || to_char(now(), 'YYYY_MM');
select throws_ok(format($$ delete from private.%I $$, c.relname), 'PT405', 'append_only', 'nor delete from it')
  from pg_class as c where c.relname = 'audit_log_' || to_char(now(), 'YYYY_MM');

-- A partition does not inherit the guard against truncate: each has its own.
select throws_ok(format('truncate private.%I', c.relname), 'PT405', 'append_only', 'nor truncate ' || c.relname)
  from pg_class as c where c.relname in ('audit_log_default', 'row_changes_default',
    'audit_log_' || to_char(now(), 'YYYY_MM'), 'row_changes_' || to_char(now(), 'YYYY_MM'))
 order by c.relname;
select is_empty($$
  select i.inhrelid::regclass from pg_inherits as i
   where i.inhparent in ('public.audit_log'::regclass, 'private.row_changes'::regclass)
     and (select count(*) from pg_trigger as t
           where t.tgrelid = i.inhrelid and t.tgfoid = 'private.tg_append_only()'::regprocedure and t.tgenabled = 'O') <> 2
$$, 'every partition is guarded');

create function pg_temp.refusal(who text, statement text) returns text language plpgsql as $$
begin
  case who when 'anon' then perform tests.act_as_anon();
    when 'service' then perform tests.act_as_service();
    else perform tests.act_as('acme', who); end case;
  execute statement;
  return 'allowed';
exception when others then
  return sqlstate;
end;
$$;
select is(pg_temp.refusal(w, s), '42501', format('%s is refused: %s', w, s))
  from unnest('{owner,service,anon}'::text[]) as w,
       unnest(array['update public.audit_log set action = ''agency.forgotten''', 'delete from public.audit_log',
         'truncate public.audit_log',
         'insert into public.audit_log (agency_id, actor_type, action, entity) values (tests.id(''acme''), ''user'', ''agency.made_up'', ''agency'')',
         'alter table public.audit_log detach partition private.audit_log_default', 'drop table private.audit_log_default',
         'drop table public.audit_log', 'alter table public.audit_log disable trigger all', 'drop trigger audit_log_append_only on public.audit_log',
         'drop policy audit_log_select_readers on public.audit_log', 'create trigger t before insert on public.audit_log for each row execute function private.tg_append_only()',
         'set session_replication_role = ''replica''', 'delete from private.row_changes', 'update private.row_changes set before = ''{}''',
         'truncate private.row_changes', 'truncate private.audit_log_default', 'drop table private.row_changes_default',
         'insert into private.row_changes (agency_id, entity, entity_id, at, event_id, before) values (tests.id(''acme''), ''leads'', tests.id(''acme''), now(), tests.id(''acme''), ''{}'')',
         'select private.audit(tests.id(''acme''), ''agency.made_up'', null)']) as s
 -- The secret key runs the machinery, which the Data API does not expose.
 where not (w = 'service' and s like 'select %');
-- Everyone who can log in or be switched to, but the owner and the superuser, who could drop it all.
select is_empty($$
  select r.rolname, t.name, p from pg_roles as r
   cross join (values ('public.audit_log'::regclass), ('private.audit_log_default'), ('private.row_changes'), ('private.row_changes_default')) as t (name)
   cross join unnest('{insert,update,delete,truncate,trigger,references,maintain}'::text[]) as p
   where not r.rolsuper and r.rolname not like 'pg\_%'
     and not pg_has_role(r.oid, (select c.relowner from pg_class as c where c.oid = t.name), 'usage')
     and has_table_privilege(r.oid, t.name, p)
$$, 'no other role may do anything to it but read');
select is_empty($$
  select r.rolname from pg_roles as r
   where not r.rolsuper and pg_has_role(r.oid, 'postgres', 'member') and r.rolname <> 'postgres'
$$, 'and none becomes the owner');

select tests.act_as_postgres();
select results_eq(
  $$ select count(*), md5(string_agg(a::text, '' order by a.id)) from public.audit_log as a $$,
  $$ select events, digest from before $$, 'nothing has changed');

select * from finish();
rollback;
