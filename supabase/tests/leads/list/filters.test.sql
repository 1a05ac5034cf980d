begin;
select plan(37);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'One');
select tests.create_campaign('acme', 'Two');
select tests.create_campaign('globex', 'Foreign');
select tests.create_lead('acme', 'One', '{"email": "a@x.test", "first_name": "Ada", "company": "Acme", "status": "contacted", "priority": "high", "tags": ["vip", "x"]}');
select tests.create_lead('acme', 'One', '{"email": "b@x.test", "first_name": "Bob", "city": "Berlin", "tags": ["x"]}');
select tests.create_lead('acme', 'Two', '{"email": "c@x.test", "first_name": "Cyd", "status": "contacted", "industry": "Berlin Music"}');
select tests.create_lead('acme', 'Two', '{"email": "d@x.test", "title": "Head of Growth", "priority": "high"}');
select tests.create_lead('globex', 'Foreign', '{"email": "a@x.test", "status": "contacted"}');
update public.leads set assigned_to = tests.id('acme/sales') where email = 'd@x.test' and agency_id = tests.id('acme');
select tests.create_source('acme', 'List'), tests.create_source('acme', 'Fair'), tests.create_source('globex', 'List');
select tests.create_job('acme', 'first', 'List', 'One'), tests.create_job('acme', 'second', 'List', 'Two');
select tests.create_job('globex', 'foreign', 'List', 'Foreign');
update public.leads set data_source_id = tests.id('acme/List'),
  scraping_job_id = tests.id(case email when 'a@x.test' then 'acme/first' else 'acme/second' end)
 where email in ('a@x.test', 'd@x.test') and agency_id = tests.id('acme');
update public.leads set data_source_id = tests.id('globex/List'), scraping_job_id = tests.id('globex/foreign')
 where agency_id = tests.id('globex');
-- Scores as a model would have given them.
alter table public.leads disable trigger user;
update public.leads set score = 100 - 20 * (ascii(email::text) - 97), score_grade = chr(ascii(upper(email::text))),
  created_at = now() - make_interval(days => ascii(email::text) - 97) where agency_id = tests.id('acme');
alter table public.leads enable trigger user;
delete from private.lead_metric_deltas;
insert into private.lead_metric_deltas (agency_id, campaign_id, day, status, stage, grade, leads, score_sum)
select agency_id, campaign_id, created_at::date, status, 0, score_grade, 1, score from public.leads;

create function pg_temp.found(answer jsonb) returns text language sql as $$
  select coalesce(string_agg(left(i.item ->> 'email', 1), '' order by n), '') || ' ' || (answer ->> 'total')
    from jsonb_array_elements(answer -> 'items') with ordinality as i (item, n)
$$;
grant execute on function pg_temp.found(jsonb) to public;
select tests.act_as('acme', 'analyst');

select is(pg_temp.found(public.list_leads()), 'abcd 4', 'the agency''s leads, the newest first');
select is(pg_temp.found(public.list_leads(status => 'contacted')), 'ac 2', 'by status');
select is(pg_temp.found(public.list_leads(priority => 'high')), 'ad 2', 'by priority');
select is(pg_temp.found(public.list_leads(campaign_id => tests.id('acme/Two'))), 'cd 2', 'by campaign');
select is(pg_temp.found(public.list_leads(data_source_id => tests.id('acme/List'))), 'ad 2', 'by source');
select is(pg_temp.found(public.list_leads(data_source_id => tests.id('acme/Fair'))), ' 0', 'which may have found none');
select is(pg_temp.found(public.list_leads(scraping_job_id => tests.id('acme/second'))), 'd 1', 'by job');
select is(pg_temp.found(public.list_leads(data_source_id => tests.id('acme/List'), campaign_id => tests.id('acme/One'))), 'a 1', 'by both of a lead''s origins');
select is(pg_temp.found(public.list_leads(data_source_id => tests.id('globex/List')))
  || pg_temp.found(public.list_leads(scraping_job_id => tests.id('globex/foreign'))), ' 0 0', 'another agency''s sources and jobs have none');
select is(pg_temp.found(public.list_leads(assigned_to => tests.id('acme/sales'))), 'd 1', 'by assignee');
select is(pg_temp.found(public.list_leads(grade => 'B')), 'b 1', 'by grade');
select is(pg_temp.found(public.list_leads(grade => 'b')), 'b 1', 'in either case');
select is(pg_temp.found(public.list_leads(grade => 'E')), ' 0', 'nobody has one that does not exist');
select is(pg_temp.found(public.list_leads(min_score => 60)), 'abc 3', 'by score');
select is(pg_temp.found(public.list_leads(tag => 'x')), 'ab 2', 'by tag');
select is(pg_temp.found(public.list_leads(tag => 'X')), ' 0', 'as it is written');
select is(pg_temp.found(public.list_leads(search => 'berl')), 'bc 2', 'by words');
select is(pg_temp.found(public.list_leads(search => 'berl mus')), 'c 1', 'all of them');
select is(pg_temp.found(public.list_leads(search => 'ada acme')), 'a 1', 'of any field');
select is(pg_temp.found(public.list_leads(search => 'D@x.test')), 'd 1', 'and addresses');
select is(pg_temp.found(public.list_leads(search => 'x.test')), 'abcd 4', 'and their domains');
select is(pg_temp.found(public.list_leads(search => '  ')), 'abcd 4', 'nothing finds everything');
select is(pg_temp.found(public.list_leads(status => 'contacted', campaign_id => tests.id('acme/One'))), 'a 1', 'by several at once');
select is(pg_temp.found(public.list_leads(status => 'contacted', grade => 'C', campaign_id => tests.id('acme/Two'))), 'c 1', 'by all the rollup counts');
select is(pg_temp.found(public.list_leads(status => 'contacted', min_score => 60, tag => 'vip', search => 'ada', priority => 'high')), 'a 1', 'by what it does not');
select is(pg_temp.found(public.list_leads(campaign_id => tests.id('globex/Foreign'))), ' 0', 'another agency''s campaign has none');
select is(pg_temp.found(public.list_leads(search => ''' or true --', tag => ''' or true --')), ' 0', 'a quote is just a character');
select is(pg_temp.found(public.list_leads(page => 2, page_size => 3)), 'd 4', 'the total is of all pages');
select is(pg_temp.found(public.list_leads(page => 9)), ' 4', 'beyond the last there is nothing');

select throws_ok($$ select public.list_leads(status => 'won') $$, 'PT422', 'lead_status_unknown', 'a status is one');
select throws_ok($$ select public.list_leads(priority => 'asap') $$, 'PT422', 'lead_priority_unknown', 'a priority is one');
select throws_ok($$ select public.list_leads(page => 0) $$, 'PT422', 'page_out_of_range', 'pages count from 1');
select throws_ok($$ select public.list_leads(page_size => 101) $$, 'PT422', 'page_out_of_range', 'and hold up to 100');
select throws_ok($$ select public.list_leads(sort_by => 'email') $$, 'PT422', 'sort_unknown', 'a sort is one');
select throws_ok($$ select public.list_leads(sort_order => 'sideways') $$, 'PT422', 'sort_order_unknown', 'asc or desc');
select throws_ok($$ select public.list_leads(sort_by => null, sort_order => null) $$, 'PT422', 'sort_unknown', 'null is neither');
select throws_ok($$ select public.list_leads(tests.id('globex')) $$, 'PT404', 'agency_not_found', 'another agency''s are not listed');

select * from finish();
rollback;
