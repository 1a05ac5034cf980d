begin;
select plan(1);

-- High-rate tables go by private broadcast instead; a table is added here and in the schema together.
select is_empty($$
  select p.schemaname || '.' || p.tablename
    from pg_publication_tables as p
   where p.pubname = 'supabase_realtime'
     and p.tablename not in ('campaigns', 'leads')
$$, 'the realtime publication holds no other table than these');

select * from finish();
rollback;
