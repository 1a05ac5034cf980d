begin;
select plan(3);
select tests.enqueue(options => jsonb_build_object('as', name)) from unnest('{old done,new done,old dead,older dead,waits}'::text[]) as name;
update private.tasks set state = 'completed', finished_at = now() - interval '8 days' where id = tests.id('old done');
update private.tasks set state = 'completed', finished_at = now() - interval '6 days' where id = tests.id('new done');
update private.tasks set state = 'discarded', finished_at = now() - interval '89 days' where id = tests.id('old dead');
update private.tasks set state = 'cancelled', finished_at = now() - interval '91 days' where id = tests.id('older dead');
update private.tasks set created_at = now() - interval '1 year', run_at = now() - interval '1 year' where id = tests.id('waits');
select tests.act_as_service();
select is(public.delete_finished_tasks(batch_size => 1), 1::bigint, 'what was finished long ago is deleted, batch by batch');
select is(public.delete_finished_tasks(), 1::bigint, 'what was given up is kept longer');
select tests.act_as_postgres();
select set_eq($$ select i.key from private.tasks as t join tests.ids as i on i.id = t.id $$, '{new done,old dead,waits}'::text[],
  'what is not finished is never deleted');
select * from finish();
rollback;
