begin;
select plan(20);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Launch');
insert into public.leads (agency_id, campaign_id, email)
select tests.id('acme'), tests.id('acme/Launch'), n || '@x.test' from generate_series(1, 101) as n;
create temporary table lists as
  select n, case when n is not null then (array(select id from public.leads order by id))[1:n] end as ids from unnest('{0,100,101,null}'::int[]) as n;
grant select on lists to public;
select tests.watch('acme');
select tests.new_events();

create temporary table calls (call text);
insert into calls values ('public.bulk_update_leads(ids, ''{"city": "x"}'')'), ('public.bulk_update_lead_status(ids, ''contacted'')'),
  ('public.bulk_assign_leads(ids, ''sales@acme.test'')'), ('public.bulk_delete_leads(ids)');
grant select on calls to public;
select tests.act_as('acme', 'manager');
select throws_ok(format('select %s from lists where n is not distinct from %s', call, n), 'PT422', 'bulk_size_out_of_range',
  format('%s ids are refused by %s', n, split_part(call, '(', 1)))
  from calls, unnest(array['0', '101', 'null']) as n;
select is_empty('select from tests.new_events()', 'which leaves no event');
select tests.is_untouched('acme');
select is(public.bulk_update_leads(ids, '{"city": "x"}') -> 'succeeded', '100', '100 are changed') from lists where n = 100;
select is(public.bulk_update_lead_status(ids, 'contacted') -> 'succeeded', '100', '100 are moved') from lists where n = 100;
select is(public.bulk_assign_leads(ids, 'sales@acme.test') -> 'succeeded', '100', '100 are given away') from lists where n = 100;
select is(public.bulk_delete_leads(ids) -> 'succeeded', '100', '100 are deleted') from lists where n = 100;
select is(count(*), 4::bigint, 'one event a call') from tests.new_events();
select is(count(*), 1::bigint, 'one is left') from public.leads where deleted_at is null and city is null and assigned_to is null;

select * from finish();
rollback;
