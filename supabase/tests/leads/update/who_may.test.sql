begin;
select plan(12);

select tests.create_agency('acme');
select tests.create_agency('globex');
select tests.create_campaign('acme', 'Launch');
select tests.create_lead('acme', 'Launch', '{"email": "mine@x.test"}');
select tests.create_lead('acme', 'Launch', '{"email": "other@x.test"}');
select tests.create_lead('acme', 'Launch', '{"email": "deleted@x.test"}');
update public.leads set assigned_to = tests.id('acme/sales') where email = 'mine@x.test';
update public.leads set deleted_at = now() where email = 'deleted@x.test';
select tests.watch('acme');

create function pg_temp.attempt(slug text, role text, lead text) returns text language plpgsql as $$
begin
  perform tests.act_as(slug, role);
  perform public.update_lead(tests.id('acme/' || lead || '@x.test'), '{"city": "Changed"}');
  raise exception using errcode = 'XX999', message = 'allowed';
exception when others then
  return sqlerrm;
end;
$$;
select is(pg_temp.attempt(v.slug, v.role, v.lead), v.outcome, format('%s of %s, %s lead', v.role, v.slug, v.lead))
  from (values
    ('acme', 'owner', 'other', 'allowed'), ('acme', 'manager', 'other', 'allowed'),
    ('acme', 'sales', 'mine', 'allowed'), ('acme', 'sales', 'other', 'lead_not_found'),
    ('acme', 'researcher', 'other', 'permission_denied'), ('acme', 'analyst', 'other', 'permission_denied'),
    ('acme', 'client', 'other', 'lead_not_found'), ('acme', 'creator', 'mine', 'lead_not_found'),
    ('globex', 'owner', 'other', 'lead_not_found'), ('acme', 'owner', 'deleted', 'lead_not_found')
  ) as v (slug, role, lead, outcome);
select tests.act_as('acme', 'owner');
select throws_ok($$ update public.leads set city = 'Changed' $$, '42501', null, 'nobody writes the table');
select tests.is_untouched('acme');

select * from finish();
rollback;
