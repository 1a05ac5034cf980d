begin;
select plan(5);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'C' || n) from generate_series(1, 5) as n;
select tests.act_as('acme', 'manager');
select public.import_leads(tests.id('acme/C' || n), jsonb_build_array(jsonb_build_object('email', n || '@x.test'), jsonb_build_object('email', n || '@y.test')))
  from generate_series(1, 5) as n;
select tests.act_as_postgres();
select results_eq($$ select payload #> '{totals,total}' from realtime.messages where topic like 'campaign:%' $$, $$ select '2'::jsonb from generate_series(1, 5) $$,
  'an import is told once it is in');
delete from realtime.messages;
update private.announcements set at = at - interval '1 second';

-- A statement over more than three campaigns writes and leaves the telling to the clock.
update public.leads set status = 'contacted' where email like '%@x.test';
select is((select count(*) from realtime.messages), 0::bigint, 'a statement over many campaigns tells none of them itself');
select is(private.announce_due(2), 2, 'the clock tells so many at a time');
select is(private.announce_due(), 3, 'until all are told');
select is((select count(distinct topic) from realtime.messages where payload #> '{totals,contacted}' = '1'), 5::bigint, 'with the state they have');

select * from finish();
rollback;
