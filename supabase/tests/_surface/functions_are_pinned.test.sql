begin;
select plan(4);

create temporary view ours as
  select p.*, p.oid::regprocedure as signature
    from pg_proc as p
   where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
     and p.prokind <> 'a' -- an aggregate takes its settings from its functions
     and not exists (select from pg_depend as d where d.objid = p.oid and d.deptype = 'e');

select is_empty($$
  select signature from ours where not coalesce(proconfig, '{}') @> array['search_path=""']
$$, 'every function runs with an empty search_path');

select is_empty($$
  select pronamespace::regnamespace, proname from ours group by 1, 2 having count(*) > 1
$$, 'no function is overloaded: the Data API could not tell the calls apart');

select is_empty($$
  select signature
    from ours join pg_language as l on l.oid = ours.prolang
   where l.lanname = 'plpgsql' and prosrc !~ '#variable_conflict error'
     and prorettype <> 'trigger'::regtype
$$, 'every plpgsql function refuses a name that is both a variable and a column');

select is_empty($$
  select signature, arg
    from ours cross join unnest(proargnames) as arg
   where pronamespace = 'public'::regnamespace and arg ~ '^_?p_'
$$, 'no argument has a prefix: argument names are public API');

select * from finish();
rollback;
