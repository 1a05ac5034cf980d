begin;
select plan(8);

select tests.create_agency('acme'), tests.create_agency('globex');
select tests.create_campaign('acme', 'Own');

select tests.act_as('acme', 'creator');
select is(tests.may_send('agency:' || tests.id('acme')), '{presence}', 'a member says in their agency that they are there, and broadcasts nothing');
select is(tests.may_send('user:' || tests.id('acme/creator')), '{}', 'nothing to oneself');
select tests.act_as('acme', 'owner');
select is(tests.may_send('agency:' || tests.id('acme') || ':jobs'), '{}', 'an owner sends no jobs');
select is(tests.may_send('campaign:' || tests.id('acme/Own')), '{}', 'nor figures');
select is(tests.may_send('user:' || tests.id('acme/sales')), '{}', 'nor notifications');
select is(tests.may_send('agency:' || tests.id('globex')), '{}', 'nor anything elsewhere');
select is(tests.may_send('lobby'), '{}', 'nor on a topic of their own making');
select tests.act_as_anon();
select is(tests.may_send('agency:' || tests.id('acme')), '{}', 'nobody sends nothing');

select * from finish();
rollback;
