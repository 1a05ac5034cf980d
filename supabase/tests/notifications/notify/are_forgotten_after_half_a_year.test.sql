begin;
select plan(3);

select tests.create_agency('acme');
insert into public.notifications (agency_id, user_id, type, title, created_at)
select tests.id('acme'), tests.id('acme/sales'), 'lead.assigned', d || ' days', now() - make_interval(days => d) from unnest('{1,179,181}'::integer[]) as d;

select ok('notifications' = any (private.do_chores()), 'the clock sees to it');
select results_eq('select title from public.notifications order by created_at desc', $$ values ('1 days'), ('179 days') $$, 'what is older than 180 days goes');
select ok(not 'notifications' = any (private.do_chores()), 'once a day');

select * from finish();
rollback;
