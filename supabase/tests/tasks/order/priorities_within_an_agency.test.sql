begin;
select plan(5);
select tests.create_agency('acme'), tests.create_agency('globex');
select tests.enqueue(agency => 'acme', options => '{"as": "low 1"}');
select tests.enqueue(agency => 'acme', options => '{"as": "low 2"}');
select tests.enqueue(agency => 'acme', options => '{"as": "low 3"}');
select tests.enqueue(agency => 'acme', options => '{"as": "least", "priority": -5}');
select tests.enqueue(agency => 'acme', options => '{"as": "high 1", "priority": 5}');
select tests.enqueue(agency => 'acme', options => '{"as": "high 2", "priority": 5}');
select tests.enqueue(agency => 'acme', options => '{"as": "highest", "priority": 9}');

select is(tests.names(array(select tests.claim(1))), '{highest}', 'the highest goes first');
select is(tests.names(array(select tests.claim(2))), '{high 1,high 2}', 'then the next, in the order in which they came');

select tests.enqueue(agency => 'globex', options => '{"as": "of another 1"}');
select tests.enqueue(agency => 'globex', options => '{"as": "of another 2"}');
select tests.enqueue(agency => 'acme', options => '{"as": "high 3", "priority": 5}');
select tests.enqueue(agency => 'acme', options => '{"as": "high 4", "priority": 5}');
select set_eq($$ select unnest(tests.names(array(select tests.claim(5)))) $$, '{high 3,high 4,low 1,of another 1,of another 2}'::text[],
  'priorities take nothing from other agencies, and who stepped back keeps its place');
select is(tests.names(array(select tests.claim(1))), '{low 2}', 'the rest goes on in its order');
select is(tests.names(array(select tests.claim(5))), '{low 3,least}', 'to the least');
select * from finish();
rollback;
