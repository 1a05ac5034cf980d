create or replace function private.fold(batch_size integer default 50000)
returns bigint
language plpgsql
volatile
security definer -- the schedule that calls it owns nothing
set search_path = ''
as $$
#variable_conflict error
declare
  v_folded bigint;
begin
  -- One folder at a time; another call has nothing to add to it.
  if not pg_try_advisory_xact_lock(hashtext('private.fold')) then
    return 0;
  end if;
  with batch as (
    delete from private.lead_metric_deltas as d
     where d.id in (
       select o.id from private.lead_metric_deltas as o order by o.id limit fold.batch_size
     )
    returning d.*
  ), cells as (
    select b.agency_id, s.scope_id, s.day, b.status, b.stage,
           coalesce(sum(b.leads) filter (where b.grade = 'A'), 0) as grade_a,
           coalesce(sum(b.leads) filter (where b.grade = 'B'), 0) as grade_b,
           coalesce(sum(b.leads) filter (where b.grade = 'C'), 0) as grade_c,
           coalesce(sum(b.leads) filter (where b.grade = 'D'), 0) as grade_d,
           coalesce(sum(b.leads) filter (where b.grade = 'F'), 0) as grade_f,
           sum(b.score_sum) as score_sum
      from batch as b
     cross join lateral (values
       (b.campaign_id, b.day), (b.campaign_id, '-infinity'::date),
       (b.agency_id, b.day), (b.agency_id, '-infinity'::date)
     ) as s (scope_id, day)
     group by b.agency_id, s.scope_id, s.day, b.status, b.stage
  ), merged as (
    insert into private.lead_metrics as m (agency_id, scope_id, day, status, stage,
      grade_a, grade_b, grade_c, grade_d, grade_f, score_sum)
    select c.agency_id, c.scope_id, c.day, c.status, c.stage,
           c.grade_a, c.grade_b, c.grade_c, c.grade_d, c.grade_f, c.score_sum
      from cells as c
     where (c.grade_a, c.grade_b, c.grade_c, c.grade_d, c.grade_f, c.score_sum) <> (0, 0, 0, 0, 0, 0)
    on conflict (agency_id, scope_id, day, status, stage) do update
       set grade_a = m.grade_a + excluded.grade_a, grade_b = m.grade_b + excluded.grade_b,
           grade_c = m.grade_c + excluded.grade_c, grade_d = m.grade_d + excluded.grade_d,
           grade_f = m.grade_f + excluded.grade_f, score_sum = m.score_sum + excluded.score_sum
  )
  select count(*) into v_folded from batch;
  return v_folded;
end;
$$;

comment on function private.fold(integer) is
  'Merges a batch of deltas into the rollup in one statement, so that every snapshot sees each delta exactly once; returns how many. Called by the schedule.';
