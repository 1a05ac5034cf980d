create or replace function private.source_settings(type text, of_a_job boolean default false)
returns text[]
language sql
immutable
set search_path = ''
as $$
  select '{mapping,unmapped}' || t.of_a_job || case when source_settings.of_a_job then '{}' else t.of_the_source end
    from (values
      ('csv', '{path,delimiter,encoding,header}'::text[], '{text}'::text[]),
      ('api', '{maxPages}', '{url,method,query,headers,body,auth,rows,total,paging}'),
      ('apollo', '{filters,maxPeople}', '{revealPersonalEmails}'),
      ('zoominfo', '{filters,maxPeople}', '{enrich}'),
      ('linkedin', '{days}', '{owner,leadType,testLeads}')
    ) as t (type, of_a_job, of_the_source)
   where t.type = source_settings.type
$$;

comment on function private.source_settings(text, boolean) is
  'The keys that a config of the type may have, or those of them that a job may set for itself: as the connectors read them, to which a test holds them. What the values may be, connectors know alone.';
