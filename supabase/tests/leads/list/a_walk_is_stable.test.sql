-- What comes and goes meanwhile moves no page: nothing is met twice, nothing that stays is missed.
begin;
select plan(8);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
insert into public.leads (agency_id, campaign_id, email, created_at)
select tests.id('acme'), tests.id('acme/Launch'), n || '@x.test', now() - make_interval(mins => n) from generate_series(1, 6) as n;
select tests.remember('acme/' || email, id) from public.leads;

create function pg_temp.emails(answer jsonb) returns text[] language sql as $$
  select array(select i.item ->> 'email' from jsonb_array_elements(answer -> 'items') with ordinality as i (item, n) order by n)
$$;
grant execute on function pg_temp.emails(jsonb) to public;
create temporary table pages (n int, answer jsonb);
grant all on pages to public;

select tests.act_as('acme', 'manager');
insert into pages select 1, public.list_leads(page_size => 2, cursor => '');
select is(pg_temp.emails(answer), '{1@x.test,2@x.test}', 'the first page') from pages where n = 1;
select ok(not answer ? 'total', 'counts nothing') from pages where n = 1;
select public.create_lead(tests.id('acme/Launch'), '{"email": "new@x.test"}'), public.delete_lead(tests.id('acme/2@x.test')),
  public.delete_lead(tests.id('acme/4@x.test'));
insert into pages select 2, public.list_leads(page_size => 2, cursor => (select answer ->> 'next_cursor' from pages where n = 1));
select is(pg_temp.emails(answer), '{3@x.test,5@x.test}', 'the next goes on from there') from pages where n = 2;
insert into pages select 3, public.list_leads(page_size => 2, cursor => (select answer ->> 'next_cursor' from pages where n = 2));
select is(pg_temp.emails(answer), '{6@x.test}', 'to the last') from pages where n = 3;
select is(answer -> 'next_cursor', 'null', 'which has no next') from pages where n = 3;
select is(public.list_leads(page_size => 5, cursor => '') -> 'next_cursor', 'null', 'nor has a page that is just full');
select matches(answer ->> 'next_cursor', '^[A-Za-z0-9_-]+$', 'a cursor is safe in a URL') from pages where n = 1;
select throws_ok($$ select public.list_leads(sort_by => 'company', cursor => '') $$, 'PT422', 'sort_unknown',
  'what may be empty is no key to walk by');

select * from finish();
rollback;
