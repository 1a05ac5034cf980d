-- For everyone, the owner of the schema included.
begin;
select plan(20);

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
         'select private.audit(tests.id(''acme''), ''agency.made_up'', null)']) as s
 -- The secret key runs the machinery, which the Data API does not expose.
 where not (w = 'service' and s like 'select %');

select tests.act_as_postgres();
select results_eq(
  $$ select count(*), md5(string_agg(a::text, '' order by a.id)) from public.audit_log as a $$,
  $$ select events, digest from before $$, 'nothing has changed');

select * from finish();
rollback;
