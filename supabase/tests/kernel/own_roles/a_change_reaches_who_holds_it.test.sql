begin;
select plan(3);

select tests.create_agency('acme');
create function pg_temp.allow(permissions text[]) returns boolean language plpgsql as $$
declare
  v_may boolean;
begin
  perform tests.act_as('acme', 'owner');
  perform public.set_agency_role(tests.id('acme'), 'custom:reader', 'Reader', allow.permissions);
  perform public.set_member_roles(tests.id('acme'), tests.id('acme/creator'), '{custom:reader}')
    where allow.permissions = '{campaigns.read}';
  perform tests.act_as('acme', 'creator');
  v_may := private.can(tests.id('acme'), 'leads.read');
  perform tests.act_as_postgres();
  return v_may;
end;
$$;

select is(pg_temp.allow('{campaigns.read}'), false, 'somebody holds a role of the agency''s own');
select is(pg_temp.allow('{campaigns.read,leads.read}'), true, 'what is added to it, they hold at once');
select is(pg_temp.allow('{leads.write}'), false, 'and what is taken from it no more');

select * from finish();
rollback;
