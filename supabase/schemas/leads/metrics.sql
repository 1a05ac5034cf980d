-- Exact counts that cost the same at a thousand leads and at ten million: every write to leads
-- appends signed deltas, private.fold() merges them into the rollup, readers add up both.

create table private.lead_metrics (
  agency_id uuid not null,
  scope_id uuid not null,
  day date not null,
  status public.lead_status not null,
  stage integer not null,
  grade_a bigint not null,
  grade_b bigint not null,
  grade_c bigint not null,
  grade_d bigint not null,
  grade_f bigint not null,
  leads bigint generated always as (grade_a + grade_b + grade_c + grade_d + grade_f) stored,
  score_sum numeric(14, 2) not null,
  primary key (agency_id, scope_id, day, status, stage)
);
comment on table private.lead_metrics is
  'Leads that are not deleted, counted by scope, day of creation (UTC), status and stage reached; by grade in columns, so that a month is read in 200 rows at most and not in 900. A scope is a campaign or the agency itself; the day -infinity holds a scope''s sum over all days.';
comment on column private.lead_metrics.stage is
  'How far the leads ever came (private.lead_stage), whatever their status is now.';

create table private.lead_metric_deltas (
  id bigint generated always as identity,
  at timestamptz not null default now(),
  agency_id uuid not null,
  campaign_id uuid not null,
  day date not null,
  status public.lead_status not null,
  stage integer not null,
  grade text not null,
  leads bigint not null,
  score_sum numeric(14, 2) not null,
  primary key (agency_id, campaign_id, id)
);
comment on table private.lead_metric_deltas is
  'What writes have changed in the counts and private.fold() has not merged yet. Append-only, so that writers never wait for each other.';
create index lead_metric_deltas_id_idx on private.lead_metric_deltas (id);

create view private.lead_metrics_now
with (security_invoker = true)
as
select m.agency_id, m.scope_id, m.day, m.status, m.stage, m.leads,
       m.grade_a, m.grade_b, m.grade_c, m.grade_d, m.grade_f, m.score_sum
  from private.lead_metrics as m
union all
select d.agency_id, s.scope_id, s.day, d.status, d.stage, d.leads,
       case d.grade when 'A' then d.leads else 0 end,
       case d.grade when 'B' then d.leads else 0 end,
       case d.grade when 'C' then d.leads else 0 end,
       case d.grade when 'D' then d.leads else 0 end,
       case d.grade when 'F' then d.leads else 0 end,
       d.score_sum
  from private.lead_metric_deltas as d
 cross join lateral (values
   (d.campaign_id, d.day), (d.campaign_id, '-infinity'::date),
   (d.agency_id, d.day), (d.agency_id, '-infinity'::date)
 ) as s (scope_id, day);
comment on view private.lead_metrics_now is
  'Rollup and deltas together: exact in every snapshot. Add up by scope and day.';
