begin;
select plan(2);

select tests.create_agency('acme');
select tests.create_campaign('acme', 'Spring');
select tests.create_lead('acme', 'Spring', '{"email": "1@x.test"}');
select tests.create_lead('acme', 'Spring', '{"email": "2@x.test"}');
update private.announcements set at = at - interval '1 second';

select ok('announcements' = any (private.do_chores()), 'what is due is a chore of the clock');
select is((select payload #> '{totals,total}' from tests.sent('campaign:' || tests.id('acme/Spring')) where payload #> '{totals,total}' <> '1'), '2',
  'that tells the last state');

select * from finish();
rollback;
