begin;
select plan(9);

select tests.create_agency('acme'), tests.create_agency('globex');
select tests.create_campaign('acme', 'Spring');
select tests.create_source('acme', 'Fair');
select tests.create_job('acme', 'job', 'Fair', 'Spring');
create temporary table topic as select 'job:' || tests.id('acme/job') as job;
grant select on topic to public;

select tests.act_as('acme', 'analyst');
select is(tests.may_join(job), '{broadcast,presence}', 'who may read jobs follows one') from topic;
select tests.act_as('acme', 'sales');
select is(tests.may_join(job), '{}', 'who may not does not') from topic;
select tests.act_as('acme', 'client');
select is(tests.may_join(job), '{}', 'nor does a client') from topic;
select tests.act_as('globex', 'owner');
select is(tests.may_join(job), '{}', 'nor another agency''s owner') from topic;
select tests.act_as_anon();
select is(tests.may_join(job), '{}', 'nor nobody') from topic;
select tests.act_as('acme', 'owner');
select is(tests.may_join('job:' || gen_random_uuid()), '{}', 'a job that is not there has no channel');
select is(tests.may_send(job), '{}', 'nobody forges progress') from topic;

select tests.act_as_postgres();
update public.memberships set status = 'suspended' where user_id = tests.id('acme/analyst');
delete from public.memberships where user_id = tests.id('acme/researcher');
select tests.act_as('acme', 'analyst');
select is(tests.may_join(job), '{}', 'a suspended member follows none') from topic;
select tests.act_as('acme', 'researcher');
select is(tests.may_join(job), '{}', 'nor one who was removed') from topic;

select * from finish();
rollback;
