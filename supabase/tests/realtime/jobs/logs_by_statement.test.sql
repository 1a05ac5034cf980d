begin;
select plan(6);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'Fair');
select tests.create_job('acme', j, 'Fair', 'Spring') from unnest('{one,two}'::text[]) as j;
delete from realtime.messages;

insert into public.scraping_job_logs (agency_id, job_id, seq, level, message, context)
select tests.id('acme'), tests.id('acme/one'), n, 'info', 'Line ' || n, '{"secret": "kept"}'::jsonb from generate_series(1, 3) as n
union all
select tests.id('acme'), tests.id('acme/two'), 1, 'error', repeat('x', 2000), '{}';
create temporary table told as
  select j as job, s.* from unnest('{one,two}'::text[]) as j cross join lateral tests.sent('job:' || tests.id('acme/' || j)) as s;
select results_eq($$ select job, event, (payload ->> 'first_seq')::integer, (payload ->> 'last_seq')::integer, jsonb_array_length(payload -> 'logs') from told order by 1 $$,
  $$ values ('one', 'logs', 1, 3, 3), ('two', 'logs', 1, 1, 1) $$, 'what a statement logs is one message for each job');
select is((select (payload #> '{logs,2}') - 'at' from told where job = 'one'), '{"seq": 3, "level": "info", "message": "Line 3"}',
  'lines in their order, without context');
select is((select length(payload #>> '{logs,0,message}') from told where job = 'two'), 500, 'long ones are cut');

insert into public.scraping_job_logs (agency_id, job_id, seq, level, message)
select tests.id('acme'), tests.id('acme/one'), n, 'debug', repeat('ü', 2000) from generate_series(4, 503) as n;
create temporary table many as select * from tests.sent('job:' || tests.id('acme/one'));
select results_eq($$ select (payload ->> 'first_seq')::integer, (payload ->> 'last_seq')::integer, jsonb_array_length(payload -> 'logs'), (payload #>> '{logs,0,seq}')::integer from many $$,
  $$ values (4, 503, 100, 404) $$, 'of many the last hundred, and the numbers of all');
select cmp_ok((select octet_length(payload::text) from many), '<', 256 * 1024, 'so that a message stays small enough to be sent');
select is((select count(*) from realtime.messages where topic like '%:jobs' or event <> 'logs'), 0::bigint, 'lines go to those who follow the job');

select * from finish();
rollback;
