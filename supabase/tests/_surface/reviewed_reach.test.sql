begin;
select plan(7);

-- Reviewed: each of these runs as its owner, past row level security, so its first act is to authorise.
-- An addition is a decision; say in the function's own file why it has to be a definer.
create temporary table reviewed_definers (name text);
insert into reviewed_definers values
  ('accept_invitation'), ('archive_agency'), ('assign_lead'), ('auto_assign_leads'), ('bulk_assign_leads'),
  ('bulk_delete_leads'), ('bulk_update_leads'), ('calculate_lead_score'), ('check_readiness'),
  ('create_agency'), ('create_campaign'), ('create_lead'), ('delete_campaign'), ('delete_lead'),
  ('explain_lead_score'), ('export_leads'), ('get_agency'), ('get_agency_overview'), ('get_campaign'),
  ('get_campaign_performance'), ('get_invitation'), ('get_lead'), ('get_me'), ('get_top_campaigns'),
  ('import_leads'), ('invite_member'), ('list_campaigns'), ('list_invitations'), ('list_lead_activities'),
  ('list_leads'), ('list_members'), ('list_roles'), ('my_permissions'), ('qualify_lead'),
  ('record_lead_activity'), ('restore_agency'), ('restore_lead'), ('revoke_invitation'), ('search_leads'),
  ('set_campaign_status'), ('set_member_roles'), ('switch_agency'), ('update_agency'), ('update_campaign'),
  ('update_lead');

create temporary view definers as
  select p.proname as name, p.prosrc from pg_proc as p
   where p.pronamespace = 'public'::regnamespace and p.prosecdef;

select is_empty('select name from definers except select name from reviewed_definers',
  'every public definer procedure has been reviewed');
select is_empty('select name from reviewed_definers except select name from definers',
  'the reviewed list names no other procedure');

-- check_readiness tells nothing of any agency; get_invitation is opened by its token.
select is_empty($$
  select name from definers
   where name not in ('check_readiness', 'get_invitation')
     and prosrc !~ 'private\.(require|authorize|current_agency)'
$$, 'a definer procedure authorises its caller');

select is_empty($$
  select p.oid::regprocedure from pg_proc as p
   where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
     and has_function_privilege('anon', p.oid, 'execute')
     and p.proname not in ('check_readiness', 'get_invitation')
$$, 'anonymous callers reach just the two procedures meant for them');

select is_empty($$
  select c.oid::regclass from pg_class as c
   where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
     and c.relkind in ('r', 'p', 'v', 'm', 'f')
     and has_any_column_privilege('anon', c.oid, 'select, insert, update')
$$, 'anonymous callers reach no table and no view');

-- Of the machinery, signed-in users run what policies, defaults and invoker procedures ask for.
select is_empty($$
  select p.oid::regprocedure from pg_proc as p
   where p.pronamespace = 'private'::regnamespace and p.prosecdef
     and has_function_privilege('authenticated', p.oid, 'execute')
     and p.proname not in ('agencies_with', 'colleagues', 'my_agencies', 'own_campaigns', 'own_clients', 'own_leads')
$$, 'signed-in callers run no definer helper beyond those that policies ask');
select is_empty($$
  select p.oid::regprocedure from pg_proc as p
   where p.pronamespace = 'private'::regnamespace and p.provolatile = 'v' and p.proname <> 'uuid_v7'
     and has_function_privilege('authenticated', p.oid, 'execute')
$$, 'signed-in callers run no helper that writes');

select * from finish();
rollback;
