begin;
select plan(4);

create temporary view reach as
  select r.rolname, c.oid::regclass as relation, p.privilege
    from (values ('private.data_source_credentials'::regclass), ('private.data_source_texts')) as c (oid),
         pg_roles as r,
         unnest('{select,insert,update,delete,truncate,references,trigger}'::text[]) as p (privilege)
   where r.rolname in ('anon', 'authenticated', 'service_role', 'authenticator')
     and has_table_privilege(r.rolname, c.oid, p.privilege);
select is_empty($$ select * from reach where relation = 'private.data_source_credentials'::regclass $$,
  'no role of the Data API may do anything with the table');
select is_empty($$ select * from reach where rolname <> 'service_role' $$, 'nor those of people with texts');

-- What hands out envelopes.
select is_empty($$
  select p.oid::regprocedure from pg_proc as p
   where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
     and p.prosrc ~ 'data_source_credentials|data_source_secrets'
     and (has_function_privilege('authenticated', p.oid, 'execute') or has_function_privilege('anon', p.oid, 'execute'))
$$, 'no procedure that people may call reads them');
select is_empty($$
  select r.ev_class::regclass
    from pg_depend as d
    join pg_rewrite as r on r.oid = d.objid
    join pg_class as c on c.oid = r.ev_class and c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
   where d.refobjid = 'private.data_source_credentials'::regclass and d.classid = 'pg_rewrite'::regclass
$$, 'no view shows them');

select * from finish();
rollback;
