begin;
select plan(8);

-- Reviewed: each of these runs as its owner, past row level security, so its first act is to authorise.
-- An addition is a decision; say in the function's own file why it has to be a definer.
create temporary table reviewed_definers (name text);
insert into reviewed_definers values
  ('append_job_logs'), ('authorize_data_source_write'), ('authorize_new_data_source'), ('begin_scraping_job'),
  ('cancel_scraping_job'), ('create_data_source'), ('create_scraping_job'), ('delete_data_source'),
  ('export_job_rejects'), ('finish_scraping_job'), ('get_data_source'),
  ('get_data_source_secrets'), ('get_scraping_job'), ('import_job_batch'), ('list_data_sources'),
  ('list_job_logs'), ('list_job_rejects'), ('list_scraping_jobs'), ('list_sealed_credentials'), ('pause_scraping_job'),
  ('record_data_source_test'), ('replace_data_source_credentials'), ('report_job_progress'),
  ('resume_scraping_job'), ('retry_scraping_job'), ('run_data_source_schedule'),
  ('start_scraping_job'), ('update_data_source'),
  ('accept_invitation'), ('announce_user'), ('archive_agency'), ('assign_lead'), ('auto_assign_leads'),
  ('bulk_assign_leads'), ('bulk_delete_leads'), ('bulk_update_leads'), ('calculate_lead_score'),
  ('check_readiness'), ('create_agency'), ('create_api_key'), ('create_campaign'), ('create_lead'),
  ('delete_agency_role'), ('delete_campaign'), ('delete_lead'), ('explain_lead_score'),
  ('export_leads'), ('get_agency'), ('get_agency_overview'), ('get_campaign'), ('get_campaign_as_of'), ('get_lead_as_of'), ('lead_history'), ('search_audit'),
  ('list_users'), ('update_user'), ('delete_user'), ('get_platform_metrics'), ('get_health_report'),
  ('get_campaign_performance'), ('get_invitation'), ('get_lead'), ('get_me'), ('get_top_campaigns'),
  ('import_leads'), ('invite_member'), ('list_api_keys'), ('list_campaigns'), ('list_invitations'),
  ('list_lead_activities'), ('list_leads'), ('list_members'), ('list_roles'), ('my_permissions'),
  ('qualify_lead'), ('record_lead_activity'), ('remove_member'), ('restore_agency'), ('restore_lead'),
  ('revoke_api_key'), ('revoke_invitation'), ('search_leads'), ('set_agency_role'),
  ('set_campaign_status'), ('set_member_permission'), ('set_member_roles'), ('suspend_member'),
  ('list_notifications'), ('mark_notifications_read'), ('list_notification_preferences'),
  ('set_notification_preference'),
  ('switch_agency'), ('transfer_agency'), ('update_agency'), ('update_campaign'), ('update_lead');
-- The queue's: for staff, and for workers, which come with the secret key.
insert into reviewed_definers values
  ('cancel_task'), ('get_task_figures'), ('list_tasks'), ('requeue_task'), ('trigger_job'),
  ('claim_tasks'), ('complete_task'), ('complete_tasks'), ('do_upkeep'), ('enqueue_task'),
  ('begin_notification_email'), ('finish_notification_email'), ('exchange_tasks'), ('fail_task'), ('hand_back_task'), ('heartbeat_task'), ('snooze_task');

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
     and prosrc !~ 'private\.(require|authorize|current_agency|user_to_manage|task_to_manage)'
$$, 'a definer procedure authorises its caller');

-- The dispatcher answers everyone, since its limits hold before sign-in as well and an API key comes
-- with the publishable key: call_procedure and call_export run the procedure as their caller, so that
-- its own grants decide. begin_call and end_call are definers for the counters and stored answers, and
-- stand in private, where the Data API reaches nothing: end_call takes what begin_call found from the
-- dispatcher, whose session says who calls anyway.
create temporary view dispatcher as
  select p.oid, p.proname as name, p.prosecdef, p.provolatile from pg_proc as p
   where (p.pronamespace = 'public'::regnamespace and p.proname in ('call_procedure', 'call_export'))
      or (p.pronamespace = 'private'::regnamespace and p.proname in (
        'answer_call', 'begin_call', 'call_statement', 'end_call', 'fail_call',
        'set_response', 'is_service', 'request_header'));
select set_eq($$ select name from dispatcher where prosecdef $$, '{begin_call,end_call}'::text[],
  'of the dispatcher just the machinery of limits and stored answers is a definer');

select is_empty($$
  select p.oid::regprocedure from pg_proc as p
   where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
     and has_function_privilege('anon', p.oid, 'execute')
     and p.proname not in ('check_readiness', 'get_invitation')
     and p.oid not in (select d.oid from dispatcher as d)
$$, 'anonymous callers reach just the procedures meant for them, and the dispatcher');

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
     and p.proname not in ('agencies_with', 'colleagues', 'holds_everywhere', 'may_hear', 'my_agencies', 'own_campaigns', 'own_clients', 'own_leads')
     and p.oid not in (select d.oid from dispatcher as d)
$$, 'signed-in callers run no definer helper beyond those that policies and the dispatcher ask');
select is_empty($$
  select p.oid::regprocedure from pg_proc as p
   where p.pronamespace = 'private'::regnamespace and p.provolatile = 'v' and p.proname <> 'uuid_v7'
     and p.oid not in (select d.oid from dispatcher as d)
     and has_function_privilege('authenticated', p.oid, 'execute')
$$, 'signed-in callers run no helper that writes beside the dispatcher');

select * from finish();
rollback;
