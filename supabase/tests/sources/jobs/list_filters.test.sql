begin;
select plan(10);

select tests.create_agency('acme'), tests.create_agency('globex');
select tests.create_campaign('acme', c), tests.create_source('acme', s) from (values ('Spring', 'List'), ('Summer', 'Fair')) as v (c, s);
select tests.create_source('globex', 'Other');
select tests.create_job('acme', 'one', 'List', 'Spring');
select tests.create_job('acme', 'two', 'Fair', 'Spring');
select tests.create_job('acme', 'three', 'Fair', 'Summer');
select tests.move_job('acme/one', 'start');

select tests.act_as('acme', 'analyst');
create function pg_temp.found(page jsonb) returns text[] language sql stable as $$
  select array(
    select key from unnest('{one,two,three}'::text[]) with ordinality as k (key, place)
     where tests.id('acme/' || key)::text in (select i ->> 'id' from jsonb_array_elements(page -> 'items') as i)
     order by place)
$$;
select is(pg_temp.found(public.list_scraping_jobs()), '{one,two,three}', 'a reader sees all jobs');
select is(pg_temp.found(public.list_scraping_jobs(status => 'running')), '{one}', 'those of a status');
select is(pg_temp.found(public.list_scraping_jobs(data_source_id => tests.id('acme/Fair'))), '{two,three}', 'of a source');
select is(pg_temp.found(public.list_scraping_jobs(campaign_id => tests.id('acme/Spring'))), '{one,two}', 'of a campaign');
select is(pg_temp.found(public.list_scraping_jobs(status => 'pending', campaign_id => tests.id('acme/Spring'))), '{two}', 'of both');
select is(public.list_scraping_jobs(status => 'failed') ->> 'total', '0', 'and those of none');
select throws_ok($$ select public.list_scraping_jobs(status => 'waiting') $$, 'PT422', 'job_status_unknown', 'a status is one');
select throws_ok(format('select public.list_scraping_jobs(data_source_id => %L)', tests.id('globex/Other')),
  'PT404', 'data_source_not_found', 'another agency''s source is none');
select tests.act_as('globex', 'owner');
select is(public.list_scraping_jobs() ->> 'total', '0', 'another agency has none of these jobs');
select is(public.list_scraping_jobs(campaign_id => tests.id('acme/Spring')) ->> 'total', '0', 'by whatever filter');

select * from finish();
rollback;
