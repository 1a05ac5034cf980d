-- Whoever looks at the whole agency gets the same figures everywhere, folded or not.
begin;
select plan(24);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign(a, c) from unnest('{acme,globex}'::text[]) as a, unnest('{One,Two,Three}'::text[]) as c;
insert into public.leads (agency_id, campaign_id, email, status, priority, assigned_to, last_contacted_at, deleted_at, created_at)
select tests.id(a), tests.id(a || '/' || (array['One', 'Two'])[1 + n % 2]), n || '@x.test',
       (enum_range(null::public.lead_status))[1 + n % 6], (enum_range(null::public.lead_priority))[1 + n % 4],
       case when n % 5 = 0 then tests.id(a || '/sales') end, case when n % 4 = 0 then now() end,
       case when n % 13 = 0 then now() end, now() - make_interval(days => n)
  from unnest('{acme,globex}'::text[]) as a, generate_series(1, 60) as n;

create function pg_temp.agreement(state text) returns setof text language plpgsql as $$
begin
  perform tests.act_as('acme', 'analyst');
  return query select is(
      to_jsonb(v) - '{agency_id,client_id,campaign_id,name,status,target_leads}'::text[],
      t.totals - '{reached,grades}'::text[] || jsonb_build_object('reached_contacted', t.totals -> 'reached' -> 'contacted',
        'reached_responded', t.totals -> 'reached' -> 'responded', 'reached_qualified', t.totals -> 'reached' -> 'qualified'),
      format('campaign_performance of %s, %s', v.name, state))
    from public.campaign_performance as v
   cross join lateral (select public.get_campaign_performance(v.campaign_id) -> 'totals') as t (totals) order by v.name;
  return query select is(
      jsonb_build_array(s.leads_total, s.leads_qualified, s.leads_converted, s.conversion_rate),
      jsonb_build_array(v.total, v.qualified, v.converted, v.conversion_rate),
      format('campaign_summary of %s, %s', v.name, state))
    from public.campaign_summary as s join public.campaign_performance as v on v.campaign_id = s.id order by v.name;
  return query select is(
      (select jsonb_agg(to_jsonb(s) order by s.name) from public.campaign_summary as s),
      (select jsonb_agg(i order by i ->> 'name') from jsonb_array_elements(public.list_campaigns() -> 'items') as i),
      format('list_campaigns shows campaign_summary, %s', state));
  return query select is(
      (select sum(v.total) from public.campaign_performance as v), (select sum(p.leads) from public.lead_pipeline as p),
      format('lead_pipeline counts as many, %s', state));
  return query select is(
      (select count(*) from public.leads as l where l.deleted_at is null), (public.list_leads() ->> 'total')::bigint,
      format('list_leads counts as many, %s', state));
  return query select is(
      (select jsonb_object_agg(s, (public.list_leads(status => s::text, campaign_id => tests.id('acme/One')) -> 'total')) from unnest(enum_range(null::public.lead_status)) as s),
      (select jsonb_object_agg(s, (public.get_campaign_performance(tests.id('acme/One')) -> 'totals' -> s::text)) from unnest(enum_range(null::public.lead_status)) as s),
      format('list_leads counts each status as the performance does, %s', state));
  perform tests.act_as_postgres();
end;
$$;
select * from pg_temp.agreement('not folded');

select private.fold();
select * from pg_temp.agreement('folded');

select tests.act_as('acme', 'analyst');
select is((public.get_agency_overview(range => '1y') -> 'totals' -> 'total')::bigint,
  (select count(*) from public.leads where deleted_at is null), 'the overview of a year counts all');
select results_eq(
  $$ select p.priority::text, p.status::text, p.leads, p.unassigned, p.average_score from public.lead_pipeline as p
      where p.campaign_id = tests.id('acme/One') order by 1, 2 $$,
  $$ select l.priority::text, l.status::text, count(*), count(*) - count(l.assigned_to), round(avg(l.score), 2) from public.leads as l
      where l.campaign_id = tests.id('acme/One') and l.deleted_at is null group by l.priority, l.status order by 1, 2 $$,
  'the pipeline counts by status and priority');
select results_eq(
  $$ select id, campaign_name, assignee_email::text, assignee_name, deleted_at is not null from public.lead_details order by id $$,
  $$ select l.id, c.name, case when l.assigned_to is not null then 'sales@acme.test' end, case when l.assigned_to is not null then 'Sales of acme' end,
            l.deleted_at is not null
       from public.leads as l join public.campaigns as c on c.id = l.campaign_id order by l.id $$,
  'details name campaign and assignee, of deleted ones too');
select is(to_jsonb(public.get_lead(id)), to_jsonb(d), 'get_lead shows lead_details') from public.lead_details as d where deleted_at is null limit 1;

select * from finish();
rollback;
