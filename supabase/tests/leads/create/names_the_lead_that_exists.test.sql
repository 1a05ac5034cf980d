-- Its id is told only to who may see it.
begin;
select plan(4);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "lead@x.test"}');
select tests.watch('acme');

create function pg_temp.hint_for(role text) returns text language plpgsql as $$
declare
  v_hint text;
begin
  perform tests.act_as('acme', role);
  perform public.create_lead(tests.id('acme/Launch'), '{"email": "LEAD@x.test", "first_name": "New"}');
  return 'created';
exception when sqlstate 'PT409' then
  get stacked diagnostics v_hint = pg_exception_hint;
  return v_hint;
end;
$$;
select is(pg_temp.hint_for('researcher'), format('Its id is %s.', tests.id('acme/lead@x.test')), 'who reads all leads learns the id');
select tests.act_as_postgres();
select is(pg_temp.hint_for('sales'), 'It is not among the leads that you may see.', 'who does not is told just that it exists');
select is((tests.lead('acme/lead@x.test')).first_name, null, 'the lead is as it was');
select tests.is_untouched('acme');

select * from finish();
rollback;
