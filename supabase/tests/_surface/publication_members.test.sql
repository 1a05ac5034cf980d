begin;
select plan(4);

-- What goes out is decided here and in the schema together.
select is(
  array(select format('%I.%I', p.schemaname, p.tablename) from pg_publication_tables as p where p.pubname = 'supabase_realtime' order by 1),
  '{public.campaigns,public.data_sources,public.leads,public.notifications,public.scraping_job_logs,public.scraping_jobs}'::text[], 'the realtime publication holds these tables');

-- Deletions pass row level security by: the keys would reach every agency.
select results_eq($$
  select pubinsert, pubupdate, pubdelete, pubtruncate from pg_publication where pubname = 'supabase_realtime'
$$, $$ values (true, true, false, false) $$, 'it publishes insertions and updates');

select is_empty($$
  select c.oid::regclass
    from pg_publication_tables as p
    join pg_class as c on c.oid = format('%I.%I', p.schemaname, p.tablename)::regclass
   where p.pubname = 'supabase_realtime' and not c.relrowsecurity
$$, 'a published table has row level security');

select is_empty($$
  select c.oid::regclass
    from pg_publication_tables as p
    join pg_class as c on c.oid = format('%I.%I', p.schemaname, p.tablename)::regclass
   where p.pubname = 'supabase_realtime' and c.relreplident <> 'd'
$$, 'an update tells no old value but the key: its reader perhaps could not see the row before');

select * from finish();
rollback;
