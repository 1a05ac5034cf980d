begin;
select plan(19);

select tests.create_agency('acme');
insert into public.scoring_models (agency_id, version, name) values (tests.id('acme'), 2, 'Draft');
insert into public.scoring_rules (agency_id, model_id, position, rule_group, field, operator, points, description)
select m.agency_id, m.id, n, 'fit', 'email', 'exists', n, 'Has an address'
  from public.scoring_models as m cross join generate_series(1, 2) as n where m.version = 2;

create function pg_temp.set_status(version integer, status public.scoring_model_status) returns void language sql as $$
  update public.scoring_models as m
     set status = set_status.status,
         published_at = case set_status.status when 'published' then now() else m.published_at end,
         archived_at = case set_status.status when 'archived' then now() end
   where m.version = set_status.version
$$;
create function pg_temp.judged_by() returns integer language sql as $$
  select (private.score_lead(jsonb_populate_record(null::public.leads,
    jsonb_build_object('agency_id', tests.id('acme'))), now())).model_version
$$;

select lives_ok($$ update public.scoring_rules as r set position = 3 - r.position from public.scoring_models as m
  where m.id = r.model_id and m.version = 2 $$, 'the rules of a draft can change places in one statement');
select lives_ok($$ update public.scoring_models as m set base = 7, grade_a = 95 where m.version = 2 $$, 'a draft may change');
select is(pg_temp.judged_by(), 1, 'and judges nobody');

select throws_ok($$ update public.scoring_rules as r set points = 50 from public.scoring_models as m
  where m.id = r.model_id and m.version = 1 $$, 'PT409', 'scoring_model_not_draft', 'published rules stay');
select throws_ok($$ delete from public.scoring_rules as r using public.scoring_models as m
  where m.id = r.model_id and m.version = 1 $$, 'PT409', 'scoring_model_not_draft', 'all of them');
select throws_ok($$ update public.scoring_rules as r set model_id = p.id
  from public.scoring_models as m, public.scoring_models as p
  where m.id = r.model_id and m.version = 2 and p.version = 1 $$, 'PT409', 'scoring_model_not_draft', 'and no draft''s moves to them');
select throws_ok(format('update public.scoring_models as m set %s where m.version = 1', change),
    'PT409', 'scoring_model_not_draft', change)
  from unnest('{base = 1,fit_cap = 1,engagement_cap = 1,grade_d = 1,version = 9}'::text[]) as change;
select lives_ok($$ update public.scoring_models as m set name = 'Old faithful' where m.version = 1 $$, 'its name may change');

select throws_ok($$ select pg_temp.set_status(2, 'published') $$, '23505', null, 'one is published at a time');
select lives_ok($$ select pg_temp.set_status(1, 'archived') $$, 'the published one can be archived');
select is(pg_temp.judged_by(), 0, 'and then judges nobody');
select lives_ok($$ select pg_temp.set_status(2, 'published') $$, 'the next one can be published');
select is(pg_temp.judged_by(), 2, 'and judges');
select throws_ok($$ select pg_temp.set_status(2, 'draft') $$, 'PT409', 'invalid_transition', 'there is no way back to a draft');
select throws_ok($$ select pg_temp.set_status(1, 'published') $$, 'PT409', 'invalid_transition', 'nor out of the archive');

select * from finish();
rollback;
