begin;
select plan(15);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign(a, c) from unnest('{acme,globex}'::text[]) as a, unnest('{One,Two}'::text[]) as c;
insert into public.leads (agency_id, campaign_id, email, status, created_at)
select tests.id(a), tests.id(a || '/' || (array['One', 'Two'])[1 + n % 2]), n || '@x.test',
       (enum_range(null::public.lead_status))[1 + n % 6], now() - make_interval(days => n % 9)
  from unnest('{acme,globex}'::text[]) as a, generate_series(1, 40) as n;

-- What the rollup has to say, counted from the leads themselves.
create view pg_temp.truth as
  select l.agency_id, s.scope_id, s.day, l.status,
         private.lead_stage(l.status, l.last_contacted_at, l.responded_at, l.qualified_at, l.converted_at) as stage,
         count(*) filter (where l.score_grade = 'A') as grade_a, count(*) filter (where l.score_grade = 'B') as grade_b,
         count(*) filter (where l.score_grade = 'C') as grade_c, count(*) filter (where l.score_grade = 'D') as grade_d,
         count(*) filter (where l.score_grade = 'F') as grade_f, count(*) as leads, sum(l.score) as score_sum
    from public.leads as l
   cross join lateral (values (l.campaign_id, (l.created_at at time zone 'UTC')::date), (l.campaign_id, '-infinity'),
     (l.agency_id, (l.created_at at time zone 'UTC')::date), (l.agency_id, '-infinity')) as s (scope_id, day)
   where l.deleted_at is null
   group by 1, 2, 3, 4, 5;
create function pg_temp.rolled_up(relation text) returns setof pg_temp.truth language plpgsql as $$
begin
  return query execute format('select agency_id, scope_id, day, status, stage, sum(grade_a)::bigint, sum(grade_b)::bigint,
      sum(grade_c)::bigint, sum(grade_d)::bigint, sum(grade_f)::bigint, sum(leads)::bigint, sum(score_sum)
    from private.%I group by 1, 2, 3, 4, 5 having sum(leads) <> 0 or sum(score_sum) <> 0', relation);
end;
$$;

select bag_eq('select * from pg_temp.rolled_up(''lead_metrics_now'')', 'select * from pg_temp.truth', 'all deltas count before any fold');
select is_empty('select from private.lead_metrics', 'the rollup is empty');
select is(private.fold(3), 3::bigint, 'a fold takes as many deltas as it is told');
select bag_eq('select * from pg_temp.rolled_up(''lead_metrics_now'')', 'select * from pg_temp.truth', 'half folded');
select cmp_ok(private.fold(), '>', 0::bigint, 'the rest is folded');
select is_empty('select from private.lead_metric_deltas', 'no delta is left');
select bag_eq('select * from pg_temp.rolled_up(''lead_metrics'')', 'select * from pg_temp.truth', 'the rollup alone tells the truth');
select is(private.fold(), 0::bigint, 'another fold has nothing to do');

update public.leads set status = 'converted' where email ~ '^[1-9]@';
update public.leads set deleted_at = now() where email ~ '^1.@';
update public.leads set campaign_id = tests.id('acme/Two') where campaign_id = tests.id('acme/One') and email ~ '^2.@';
delete from public.leads where email ~ '^3.@' and agency_id = tests.id('globex');
select bag_eq('select * from pg_temp.rolled_up(''lead_metrics_now'')', 'select * from pg_temp.truth', 'changes count on top of it');
select private.fold();
select bag_eq('select * from pg_temp.rolled_up(''lead_metrics'')', 'select * from pg_temp.truth', 'and folded');
update public.leads set deleted_at = null;
select private.fold();
select bag_eq('select * from pg_temp.rolled_up(''lead_metrics'')', 'select * from pg_temp.truth', 'restored ones too');

delete from public.leads;
select private.fold();
select is_empty('select * from pg_temp.rolled_up(''lead_metrics'')', 'without leads there is nothing to count');
select is(count(*), 0::bigint, 'nor any delta') from private.lead_metric_deltas;
select tests.act_as('acme', 'owner');
select throws_ok('select private.fold()', '42501', null, 'no member folds');
select throws_ok('delete from private.lead_metric_deltas', '42501', null, 'or touches a delta');

select * from finish();
rollback;
