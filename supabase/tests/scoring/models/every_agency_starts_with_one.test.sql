begin;
select plan(19);

select tests.create_agency('acme');
select tests.create_agency('globex');

select results_eq(
  $$ select a.slug, m.version, m.status::text, m.published_at is not null
       from public.scoring_models as m join public.agencies as a on a.id = m.agency_id order by 1 $$,
  $$ values ('acme', 1, 'published', true), ('globex', 1, 'published', true) $$,
  'a published model of its own');

create function pg_temp.judged(lead jsonb) returns text language sql as $$
  select s.score || ' ' || s.grade
    from private.score_lead(jsonb_populate_record(null::public.leads,
      '{"status": "new", "priority": "medium", "tags": [], "custom_fields": {}, "company_data": {}}'
        || judged.lead || jsonb_build_object('agency_id', tests.id('acme'))), now()) as s
$$;
create function pg_temp.adds(lead jsonb) returns numeric language sql as $$
  select split_part(pg_temp.judged('{"email": "ann@example.test"}' || adds.lead), ' ', 1)::numeric
    - split_part(pg_temp.judged('{"email": "ann@example.test"}'), ' ', 1)::numeric
$$;

select is(pg_temp.judged('{}'), '10.00 F', 'the base');
select is(pg_temp.judged('{"email": "ann@example.test"}'), '16.00 F', 'an address');
select is(pg_temp.judged(jsonb_build_object(
    'email', 'ann@example.test', 'phone', '+49 30 123456', 'company', 'Example', 'title', 'CEO',
    'linkedin_url', 'https://linkedin.com/in/ann', 'website', 'https://example.test',
    'priority', 'urgent', 'qualification_score', 5, 'status', 'qualified', 'created_at', now(),
    'last_contacted_at', now())), '95.00 A', 'everything one could wish for');

select is(pg_temp.adds('{"status": "responded"}'), 8.0, 'who responded');
select is(pg_temp.adds('{"status": "converted"}'), 15.0, 'who converted');
select is(pg_temp.judged('{"email": "ann@example.test", "status": "rejected"}'), '0.00 F', 'who was rejected');
select is(pg_temp.adds('{"qualification_score": 4}'), 12.0, 'who a person thinks good');
select is(pg_temp.adds('{"qualification_score": 2}'), -15.0, 'or poor');
select is(pg_temp.adds('{"priority": "low"}'), -3.0, 'what can wait');

select is(pg_temp.adds(jsonb_build_object('title', title)), expected, title)
  from (values
    ('Assistant', 3.0),
    ('Chief Financial Officer', 15),
    ('Co-Founder', 15),
    ('President', 15),
    ('Vice President of Sales', 11),
    ('Head of Growth', 11),
    ('Coordinator', 3)
  ) as v (title, expected);

select is(pg_temp.adds(jsonb_build_object('last_contacted_at', now() - interval '14 days')), 2.5,
  'what is recent fades');

select is_empty($$
  select r.field, r.operator from public.scoring_rules as r
   where r.source in ('activity', 'time') and (r.half_life_days is null or r.rule_group <> 'engagement')
$$, 'all that a lead does fades');

select * from finish();
rollback;
