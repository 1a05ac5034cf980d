begin;
select plan(22);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.watch('acme');
select tests.act_as('acme', 'owner');

create temporary table bad (attributes jsonb, rule text);
insert into bad values
  ('{"starts_on": "2026-02-02", "ends_on": "2026-02-01"}', 'campaigns_end_after_start'),
  ('{"budget_cents": -1}', 'campaigns_budget_is_not_negative'),
  ('{"currency": "usd"}', 'campaigns_currency_is_an_iso_4217_code'),
  ('{"target_leads": 0}', 'campaigns_target_is_positive'),
  ('{"kind": "magic"}', 'campaigns_kind_is_known'),
  ('{"goals": []}', 'campaigns_goals_is_an_object'),
  ('{"metadata": "x"}', 'campaigns_metadata_is_an_object'),
  (jsonb_build_object('tags', (select jsonb_agg(n::text) from generate_series(1, 51) as n)), 'campaigns_have_at_most_50_tags'),
  (jsonb_build_object('description', repeat('x', 5001)), 'campaigns_description_has_at_most_5000_characters');

select throws_like(format('select public.create_campaign(%L, %L)', 'x', attributes), '%' || rule || '%',
  'create is held to ' || rule) from bad;
select throws_like(format('select public.update_campaign(tests.id(%L), %L)', 'acme/Launch', attributes), '%' || rule || '%',
  'update is held to ' || rule) from bad;
select throws_like($$ select public.create_campaign('') $$, '%campaigns_name_has_1_to_200_characters%', 'a campaign has a name');
select throws_ok($$ select public.create_campaign('x', '{"starts_on": "soon"}') $$, '22007', null, 'a date is one');
select throws_ok($$ select public.update_campaign(tests.id('acme/Launch'), '{"name": null}') $$, '23502', null,
  'the name cannot be cleared');
select tests.is_untouched('acme');

select * from finish();
rollback;
