begin;
select plan(9);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
create function pg_temp.rates() returns jsonb language plpgsql as $$
declare
  v_totals jsonb;
begin
  perform tests.act_as('acme', 'analyst');
  v_totals := public.get_campaign_performance(tests.id('acme/Launch')) -> 'totals';
  perform tests.act_as_postgres();
  return jsonb_build_object('conversion', v_totals -> 'conversion_rate', 'response', v_totals -> 'response_rate',
    'qualification', v_totals -> 'qualification_rate', 'score', jsonb_typeof(v_totals -> 'average_score'));
end;
$$;
select is(pg_temp.rates(), '{"conversion": null, "response": null, "qualification": null, "score": "null"}', 'of no leads there is no rate, nor 0');
select tests.create_lead('acme', 'Launch', '{"email": "a@x.test"}');
select is(pg_temp.rates(), '{"conversion": 0.0000, "response": null, "qualification": 0.0000, "score": "number"}',
  'of leads nobody contacted there is no response rate');
update public.leads set status = 'contacted';
select is(pg_temp.rates() -> 'response', '0.0000', 'contacted it is 0');
update public.leads set status = 'responded';
select is(pg_temp.rates() -> 'response', '1.0000', 'and then 1');
update public.leads set deleted_at = now();
select is(pg_temp.rates(), '{"conversion": null, "response": null, "qualification": null, "score": "null"}', 'deleted it counts no more');
select private.fold();
select is(pg_temp.rates(), '{"conversion": null, "response": null, "qualification": null, "score": "null"}', 'nor folded');

select tests.act_as('acme', 'analyst');
select is(public.get_campaign_performance(tests.id('acme/Launch')) -> 'totals' -> 'total', '0', 'counts are 0, not null');
select is(public.get_campaign_performance(tests.id('acme/Launch')) -> 'totals' -> 'grades', '{"A": 0, "B": 0, "C": 0, "D": 0, "F": 0}', 'every one');
select is(public.get_agency_overview() -> 'totals', public.get_campaign_performance(tests.id('acme/Launch')) -> 'totals', 'in the overview likewise');

select * from finish();
rollback;
