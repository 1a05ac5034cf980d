begin;
select plan(9);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_lead('acme', 'Spring', jsonb_build_object('email', name || '@example.test'))
  from unnest('{ann,bob,eve}'::text[]) as name;

create function pg_temp.lead(name text) returns public.leads language sql as $$
  select tests.lead('acme/' || name || '@example.test')
$$;
create function pg_temp.happened(name text, type text, days integer) returns public.lead_activities language sql as $$
  select jsonb_populate_record(null::public.lead_activities, jsonb_build_object(
    'agency_id', tests.id('acme'), 'lead_id', tests.id('acme/' || name || '@example.test'), 'type', type,
    'occurred_at', now() - days * interval '1 day'))
$$;
create temporary table before as select * from public.leads;

-- base 10, an address 6, came in recently 5
insert into public.lead_activities (agency_id, lead_id, type, occurred_at)
select h.agency_id, h.lead_id, h.type, h.occurred_at
  from (values ('bob', 'replied', 0), ('ann', 'replied', 0), ('ann', 'replied', 30), ('ann', 'email_bounced', 90)) as v (name, type, days)
 cross join pg_temp.happened(name, type, days) as h;
select is((pg_temp.lead('ann')).score, 34.0, 'two replies, one a half-life ago, and a bounce likewise: 21 + 12 + 6 - 5');
select is((pg_temp.lead('bob')).score, 33.0, 'every lead of the statement is judged');
select is((pg_temp.lead('eve')).scored_at, (select scored_at from before where email = 'eve@example.test'), 'the others are not');

select tests.act_as('acme', 'owner');
select public.record_lead_activity(tests.id('acme/bob@example.test'), 'meeting');
select tests.act_as_postgres();
select is((pg_temp.lead('bob')).score, 48.0, 'by the procedure too');

create temporary table settled as select * from pg_temp.lead('bob');
insert into public.lead_activities (agency_id, lead_id, type)
select tests.id('acme'), tests.id('acme/bob@example.test'), type from unnest('{status_changed,assigned,scored}'::text[]) as type;
select is((pg_temp.lead('bob')).scored_at, (select scored_at from settled), 'what the system notes itself changes no judgement');
insert into public.lead_activities (agency_id, lead_id, type) select h.agency_id, h.lead_id, h.type from pg_temp.happened('bob', 'page_visited', 0) as h where false;
select is((pg_temp.lead('bob')).scored_at, (select scored_at from settled), 'nothing that happened changes none either');

insert into public.lead_activities (agency_id, lead_id, type)
select tests.id('acme'), tests.id('acme/bob@example.test'), 'page_visited' from generate_series(1, 100);
select is((pg_temp.lead('bob')).score, 53.0, 'a hundred visits count no more than their cap');

select is(
  (select e -> 'evidence' from public.lead_scores as s cross join jsonb_array_elements(s.contributions) as e
    where s.lead_id = tests.id('acme/bob@example.test') and e ->> 'field' = 'activity:page_visited'),
  jsonb_build_object('count', 100, 'last_at', now()), 'the log says how many, and when last');

-- What it may see is what is there: a second judgement of the same moment is the same.
select is_empty($$
  select l.id from public.leads as l cross join private.score_lead(l, l.scored_at) as s
   where (s.score, s.grade, s.log) is distinct from (l.score, l.score_grade, l.score_log)
$$, 'the judgement depends on the lead, its activities and the moment alone');

select * from finish();
rollback;
