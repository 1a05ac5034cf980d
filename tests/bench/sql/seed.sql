-- A year of leads that arrive in lists of a hundred: without triggers, and with the secondary indexes
-- built afterwards; what the triggers would have written follows in sets. Run by a superuser.

create procedure bench.seed(first_agency integer, last_agency integer, first bigint, last bigint)
language plpgsql
as $$
#variable_conflict error
declare
  v_indexes text[] := array(
    select pg_get_indexdef(i.indexrelid)
      from pg_catalog.pg_index as i
     where i.indrelid = 'public.leads'::regclass and not i.indisprimary
  );
  v_index text;
begin
  perform set_config('session_replication_role', 'replica', true),
    set_config('maintenance_work_mem', '512MB', true);
  for v_index in
    select i.indexrelid::regclass
      from pg_catalog.pg_index as i
     where i.indrelid = 'public.leads'::regclass and not i.indisprimary
  loop
    execute 'drop index ' || v_index;
  end loop;

  insert into public.leads (
    agency_id, campaign_id, first_name, last_name, email, phone, company, title, website,
    linkedin_url, city, country, industry, tags, custom_fields, source_data, status, score,
    score_grade, assigned_to, last_contacted_at, responded_at, created_at, updated_at
  )
  select a.id, a.campaigns[1 + n % 5], r.first_name, r.last_name, r.email, r.phone, r.company,
         r.title, r.website, r.linkedin_url, r.city, r.country, r.industry, r.tags, r.custom_fields,
         r.source_data, s.status, s.score, (array['F','D','C','B','A'])[1 + least(s.score, 99) / 20],
         null, case when s.status <> 'new' then t.at end,
         case when s.status in ('responded', 'qualified', 'converted') then t.at end, t.at, t.at
    from bench.rows(seed.first, seed.last) as r
   cross join lateral (select
     ((enum_range(null::public.lead_status))[1 + (r.n * 7919 % 11)::integer / 2]) as status,
     (r.n * 104729 % 100)::integer as score) as s
   cross join lateral (select now() - interval '364 days'
     * (1 - (r.n - seed.first)::double precision / greatest(seed.last - seed.first, 1)) as at) as t
    join bench.agencies as a
      on a.position = seed.first_agency + (r.n / 100) % (seed.last_agency - seed.first_agency + 1);

  foreach v_index in array v_indexes loop
    execute v_index;
  end loop;

  insert into private.lead_metrics (
    agency_id, scope_id, day, status, stage, grade_a, grade_b, grade_c, grade_d, grade_f, score_sum
  )
  with cells as (
    select l.agency_id, l.campaign_id, (l.created_at at time zone 'UTC')::date as day, l.status,
           private.lead_stage(l.status, l.last_contacted_at, l.responded_at, l.qualified_at, l.converted_at) as stage,
           count(*) filter (where l.score_grade = 'A') as grade_a,
           count(*) filter (where l.score_grade = 'B') as grade_b,
           count(*) filter (where l.score_grade = 'C') as grade_c,
           count(*) filter (where l.score_grade = 'D') as grade_d,
           count(*) filter (where l.score_grade = 'F') as grade_f,
           sum(l.score) as score_sum
      from public.leads as l
      join bench.agencies as a on a.id = l.agency_id
     where a.position between seed.first_agency and seed.last_agency
     group by 1, 2, 3, 4, 5
  )
  select c.agency_id, s.scope_id, s.day, c.status, c.stage, sum(c.grade_a), sum(c.grade_b),
         sum(c.grade_c), sum(c.grade_d), sum(c.grade_f), sum(c.score_sum)
    from cells as c
   cross join lateral (values
     (c.campaign_id, c.day), (c.campaign_id, '-infinity'::date),
     (c.agency_id, c.day), (c.agency_id, '-infinity'::date)
   ) as s (scope_id, day)
   group by 1, 2, 3, 4, 5;
  perform set_config('session_replication_role', 'origin', true);
end;
$$;
