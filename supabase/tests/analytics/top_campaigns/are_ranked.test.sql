begin;
select plan(13);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', c) from unnest('{Closes,Answers,Qualifies,Even,Empty,Deleted}'::text[]) as c;
select tests.create_campaign('globex', 'Foreign');
create function pg_temp.add(campaign text, status text, leads int) returns void language sql as $$
  insert into public.leads (agency_id, campaign_id, email, status)
  select tests.id(split_part(campaign, '/', 1)), tests.id(campaign), format('%s.%s.%s@x.test', split_part(campaign, '/', 2), status, n), status::public.lead_status
    from generate_series(1, leads) as n
$$;
select pg_temp.add('acme/Closes', 'converted', 3), pg_temp.add('acme/Closes', 'contacted', 7),
  pg_temp.add('acme/Answers', 'responded', 9), pg_temp.add('acme/Answers', 'contacted', 1),
  pg_temp.add('acme/Qualifies', 'qualified', 4), pg_temp.add('acme/Qualifies', 'new', 6),
  pg_temp.add('acme/Even', 'converted', 6), pg_temp.add('acme/Even', 'contacted', 14),
  pg_temp.add('acme/Deleted', 'converted', 1), pg_temp.add('globex/Foreign', 'converted', 1);
update public.campaigns set deleted_at = now() where name = 'Deleted';

select tests.act_as('acme', 'analyst');
select is((array(select name from public.get_top_campaigns()))[1:2], '{Even,Closes}', 'by conversion, the greater of equals first');
select is((select array_agg(name order by name) from public.get_top_campaigns()), '{Answers,Closes,Even,Qualifies}', 'those without a rate are left out');
select results_eq($$ select name, total::int, converted::int, qualified::int, conversion_rate, response_rate, qualification_rate, status::text
    from public.get_top_campaigns(max_results => 1) $$,
  $$ values ('Even', 20, 6, 0, 0.3000, 0.3000, 0.3000, 'draft') $$, 'with their figures, as many as asked for');
select is((array(select name from public.get_top_campaigns(metric => 'response_rate')))[1:2], '{Qualifies,Answers}', 'by response');
select is((array(select name from public.get_top_campaigns(metric => 'qualification_rate')))[1:3], '{Qualifies,Even,Closes}', 'by qualification');
select is((select jsonb_agg(to_jsonb(t)) from public.get_top_campaigns() as t), public.get_agency_overview() -> 'top_campaigns', 'the overview shows the same');

select throws_ok($$ select public.get_top_campaigns(metric => 'total') $$, 'PT422', 'metric_unknown', 'another figure ranks none');
select throws_ok($$ select public.get_top_campaigns(metric => null) $$, 'PT422', 'metric_unknown', 'nor does nothing');
select throws_ok(format('select public.get_top_campaigns(max_results => %s)', n), 'PT422', 'max_results_out_of_range', n || ' are not asked for')
  from unnest(array['0', '101', 'null']) as n;
select tests.act_as('globex', 'analyst');
select results_eq($$ select name from public.get_top_campaigns() $$, $$ values ('Foreign') $$, 'each agency has its own');
select tests.act_as('acme', 'coach');
select throws_ok($$ select public.get_top_campaigns() $$, 'PT403', 'permission_denied', 'for who may see figures');

select * from finish();
rollback;
