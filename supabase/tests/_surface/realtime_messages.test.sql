begin;
select plan(2);

-- Realtime asks with a row of its own, so that a policy can go by nothing but the topic and the kind.
select is(
  array(select format('%s %s %s', p.cmd, p.policyname, p.roles) from pg_policies as p where p.schemaname = 'realtime' order by 1),
  '{"INSERT messages_insert_present_members {authenticated}","SELECT messages_select_hearers {authenticated}"}'::text[],
  'private channels are open to these alone, and nobody sends broadcasts');

select is_empty($$
  select p.policyname, word
    from pg_policies as p
   cross join regexp_matches(regexp_replace(lower(concat(p.qual, ' ', p.with_check)), ' as [a-z_]+', '', 'g'), '[a-z_.]+[(]|\m(topic|payload|event|private|id)\M(?![.(])', 'g') as m
   cross join unnest(m) as word
   where p.schemaname = 'realtime' and word not in ('realtime.topic(', 'private.may_hear(')
$$, 'and by the topic and the kind of message, which private.may_hear() judges');

select * from finish();
rollback;
