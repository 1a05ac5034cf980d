begin;
select plan(3);

select tests.create_agency('acme'), tests.create_agency('globex');
insert into public.memberships (agency_id, user_id) values (tests.id('globex'), tests.id('acme/sales'));
create function pg_temp.mails(agency text) returns text language sql as $$
  select i ->> 'email' from jsonb_array_elements(public.list_notification_preferences(tests.id(mails.agency)) -> 'items') as i
   where i ->> 'type' = 'lead.assigned';
$$;
grant execute on function pg_temp.mails(text) to public;

select tests.act_as('acme', 'sales');
select public.set_notification_preference('lead.assigned', email => false, agency_id => tests.id('acme'));
select is(pg_temp.mails('acme'), 'false', 'what was chosen is listed');
select is(pg_temp.mails('globex'), 'true', 'not for another agency of theirs');
select tests.act_as('acme', 'manager');
select is(pg_temp.mails('acme'), 'true', 'nor to anybody else');

select * from finish();
rollback;
