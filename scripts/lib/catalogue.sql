-- The whole catalogue of the project as lines of text, one fact a line, independent of the order in
-- which it was built (object ids, column numbers after a drop, and dependencies do not show).
with ours as (
  select n.oid, n.nspname from pg_namespace as n where n.nspname in ('public', 'private')
), relations as (
  select c.*, n.nspname, format('%I.%I', n.nspname, c.relname) as name
    from pg_class as c join ours as n on n.oid = c.relnamespace
   where not exists (select from pg_depend as d where d.objid = c.oid and d.deptype = 'e')
), functions as (
  select p.*, p.oid::regprocedure::text as name
    from pg_proc as p join ours as n on n.oid = p.pronamespace
   where not exists (select from pg_depend as d where d.objid = p.oid and d.deptype = 'e')
), facts (kind, name, fact) as (
  select 'schema', n.nspname, format('owner %s, grants %s', n.nspowner::regrole, n.nspacl::text)
    from pg_namespace as n join ours using (oid)
  union all
  select 'extension', e.extname, n.nspname
    from pg_extension as e join pg_namespace as n on n.oid = e.extnamespace
  union all
  select 'relation', r.name, format('kind %s, owner %s, rls %s/%s, options %s, replica identity %s, partition %s, grants %s',
           r.relkind, r.relowner::regrole, r.relrowsecurity, r.relforcerowsecurity, r.reloptions::text,
           r.relreplident, pg_get_expr(r.relpartbound, r.oid),
           (select array_agg(a::text order by a::text) from unnest(r.relacl) as a))
    from relations as r where r.relkind not in ('i', 'I')
  union all
  select 'column', r.name || '.' || a.attname, format('place %s, %s, not null %s, default %s, identity %s, generated %s, collation %s, grants %s',
           row_number() over (partition by r.oid order by a.attnum),
           format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid),
           a.attidentity, a.attgenerated, a.attcollation::regcollation,
           (select array_agg(g::text order by g::text) from unnest(a.attacl) as g))
    from relations as r
    join pg_attribute as a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef as d on d.adrelid = r.oid and d.adnum = a.attnum
   where r.relkind not in ('i', 'I')
  union all
  select 'view', r.name, pg_get_viewdef(r.oid) from relations as r where r.relkind in ('v', 'm')
  union all
  select 'constraint', r.name || '.' || k.conname, format('%s, validated %s', pg_get_constraintdef(k.oid), k.convalidated)
    from relations as r join pg_constraint as k on k.conrelid = r.oid
  union all
  select 'index', r.name, format('%s, valid %s', pg_get_indexdef(r.oid), i.indisvalid)
    from relations as r join pg_index as i on i.indexrelid = r.oid
  union all
  select 'policy', r.name || '.' || p.polname, format('%s, permissive %s, to %s, using %s, check %s', p.polcmd,
           p.polpermissive, p.polroles::regrole[]::text, pg_get_expr(p.polqual, p.polrelid),
           pg_get_expr(p.polwithcheck, p.polrelid))
    from relations as r join pg_policy as p on p.polrelid = r.oid
  union all
  -- Triggers on other schemas' tables count where they call ours.
  select 'trigger', t.tgrelid::regclass || '.' || t.tgname, format('%s, enabled %s', pg_get_triggerdef(t.oid), t.tgenabled)
    from pg_trigger as t
   where not t.tgisinternal and t.tgfoid in (select f.oid from functions as f)
  union all
  select 'function', f.name, format('%s, owner %s, grants %s', pg_get_functiondef(f.oid), f.proowner::regrole,
           (select array_agg(a::text order by a::text) from unnest(f.proacl) as a))
    from functions as f where f.prokind in ('f', 'p')
  union all
  select 'aggregate', f.name, format('%s %s, final %s, start %s, owner %s, grants %s', a.aggtransfn,
           a.aggtranstype::regtype, a.aggfinalfn, a.agginitval, f.proowner::regrole, f.proacl::text)
    from functions as f join pg_aggregate as a on a.aggfnoid = f.oid
  union all
  select 'type', t.oid::regtype::text, format('%s, labels %s, grants %s', t.typtype,
           (select array_agg(e.enumlabel order by e.enumsortorder) from pg_enum as e where e.enumtypid = t.oid),
           t.typacl::text)
    from pg_type as t join ours as n on n.oid = t.typnamespace
   where t.typtype in ('e', 'd', 'r')
  union all
  select 'publication', p.pubname, format('%s.%s', t.schemaname, t.tablename)
    from pg_publication as p left join pg_publication_tables as t on t.pubname = p.pubname
  union all
  select 'default grants', format('%s in %s for %s', d.defaclobjtype,
           coalesce(n.nspname, 'every schema'), d.defaclrole::regrole),
         (select array_agg(a::text order by a::text)::text from unnest(d.defaclacl) as a)
    from pg_default_acl as d left join pg_namespace as n on n.oid = d.defaclnamespace
  union all
  select 'comment', pg_describe_object(d.classoid, d.objoid, d.objsubid), d.description
    from pg_description as d
   where d.classoid in ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass,
                        'pg_constraint'::regclass, 'pg_policy'::regclass, 'pg_trigger'::regclass,
                        'pg_namespace'::regclass)
     and (
       d.objoid in (select r.oid from relations as r) or d.objoid in (select f.oid from functions as f)
       or d.objoid in (select n.oid from ours as n)
       or d.objoid in (select k.oid from relations as r join pg_constraint as k on k.conrelid = r.oid)
       or d.objoid in (select t.oid from pg_type as t join ours as n on n.oid = t.typnamespace)
     )
)
select format('%s %s: %s', kind, name, fact) as line from facts order by 1
