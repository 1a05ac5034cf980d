begin;
select plan(23);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Launch');
select tests.create_campaign('globex', 'Foreign');
select tests.create_lead('acme', 'Launch', '{"email": "ada.lovelace@engine.test", "first_name": "Ada", "last_name": "Lovelace", "title": "Countess of numbers", "city": "London"}');
select tests.create_lead('acme', 'Launch', '{"email": "bob@x.test", "first_name": "Bob", "last_name": "O''Brien-Smith", "company": "Ada Records", "country": "Österreich"}');
select tests.create_lead('acme', 'Launch', '{"email": "cyd@x.test", "first_name": "Cyd", "industry": "foo\\bar 50%", "title": "Ada''s neighbour"}');
select tests.create_lead('globex', 'Foreign', '{"email": "foreign@x.test", "first_name": "Ada"}');

create function pg_temp.found(query text) returns text language sql as $$
  select coalesce(string_agg(left(l.email::text, 1), ''), '') from public.search_leads(query) as l
$$;
grant execute on function pg_temp.found(text) to public;
select tests.act_as('acme', 'analyst');

select is(pg_temp.found('ada'), 'abc', 'a name weighs more than a company, a company more than a title');
select is(pg_temp.found('ADA love'), 'a', 'every word begins a word, in any case');
select is(pg_temp.found('lovelace ada'), 'a', 'in any order');
select is(pg_temp.found('velace'), '', 'not in the middle of one');
select is(pg_temp.found('engine'), 'a', 'part of an address');
select is(pg_temp.found('ada.lovelace@engine.test'), 'a', 'a whole address');
select is(pg_temp.found('o''brien'), 'b', 'an apostrophe');
select is(pg_temp.found('brien-smi'), 'b', 'a hyphen');
select is(pg_temp.found('öster'), 'b', 'other letters');
select is(pg_temp.found('ÖSTER'), 'b', 'in any case');
select is(pg_temp.found('foo\bar'), 'c', 'a backslash');
select is(pg_temp.found('50%'), 'c', 'a percent sign');
select is(pg_temp.found('ada & | ! : * ( <->'), 'abc', 'what a query language would mean is no word');
select is(pg_temp.found('nobody'), '', 'what is not there is not found');
select is(pg_temp.found(''), '', 'nothing finds nothing');
select is(pg_temp.found(null), '', 'nor does null');
select is(pg_temp.found('''); drop table public.leads; --'), '', 'a quote is just a character');
select is((select count(*) from public.search_leads('ada', max_results => 2)), 2::bigint, 'as many as asked for');

select throws_ok(format('select public.search_leads(%L, max_results => %s)', 'x', n), 'PT422', 'max_results_out_of_range',
  format('%s results are refused', n)) from unnest('{0,101}'::int[]) as n;
select throws_ok($$ select public.search_leads('x', max_results => null) $$, 'PT422', 'max_results_out_of_range', 'so is null');
select throws_ok($$ select public.search_leads('x', tests.id('globex')) $$, 'PT404', 'agency_not_found', 'another agency''s leads are not searched');
select tests.act_as('acme', 'creator');
select throws_ok($$ select public.search_leads('x') $$, 'PT403', 'permission_denied', 'who may read none searches none');

select * from finish();
rollback;
