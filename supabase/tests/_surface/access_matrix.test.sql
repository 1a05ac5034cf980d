-- Generated from schemas/access.json by `deno task gen`.
begin;
select no_plan();

select tests.create_matrix('{owner,admin,manager,sales,researcher,analyst,client,creator,vendor,dj,instructor,student,coach,athlete,scheduler}');

insert into tests.matrix_relations (relation, rows, everything, something, hidden, insertable, updatable, deletable)
values
  ('permissions', 'true', '{owner,admin,manager,sales,researcher,analyst,client,creator,vendor,dj,instructor,student,coach,athlete,scheduler,foreign,suspended,removed,service}', '{}', '{}', '{}', '{}', false),
  ('roles', 'true', '{owner,admin,manager,sales,researcher,analyst,client,creator,vendor,dj,instructor,student,coach,athlete,scheduler,foreign,suspended,removed,service}', '{}', '{}', '{}', '{}', false),
  ('role_permissions', 'true', '{owner,admin,manager,sales,researcher,analyst,client,creator,vendor,dj,instructor,student,coach,athlete,scheduler,foreign,suspended,removed,service}', '{}', '{}', '{}', '{}', false),
  ('agencies', 'id = {agency}', '{owner,admin,manager,sales,researcher,analyst,client,creator,vendor,dj,instructor,student,coach,athlete,scheduler,service}', '{}', '{}', '{}', '{}', false),
  ('profiles', 'id in ({owner}, {manager}, {sales})', '{owner,admin,manager,sales,researcher,analyst,service}', '{}', '{}', '{}', '{full_name,avatar_url,phone,locale,timezone,preferences}', false),
  ('memberships', 'agency_id = {agency}', '{owner,admin,manager,sales,researcher,analyst,service}', '{client,creator,vendor,dj,instructor,student,coach,athlete,scheduler,suspended}', '{}', '{}', '{}', false),
  ('membership_roles', 'agency_id = {agency}', '{owner,admin,manager,sales,researcher,analyst,service}', '{client,creator,vendor,dj,instructor,student,coach,athlete,scheduler,suspended}', '{}', '{}', '{}', false),
  ('invitations', 'agency_id = {agency}', '{owner,admin,service}', '{}', '{token_hash}', '{}', '{}', false),
  ('audit_log', 'agency_id = {agency}', '{owner,admin,analyst,service}', '{}', '{}', '{}', '{}', false),
  ('user_permissions_view', 'agency_id = {agency}', '{owner,admin,manager,sales,researcher,analyst,service}', '{client}', '{}', '{}', '{}', false),
  ('clients', 'agency_id = {agency}', '{owner,admin,manager,sales,researcher,analyst,service}', '{client}', '{}', '{agency_id,name,website,industry,contact}', '{name,website,industry,contact,archived_at}', true),
  ('campaigns', 'agency_id = {agency}', '{owner,admin,manager,sales,researcher,analyst,service}', '{client}', '{}', '{}', '{}', false),
  ('campaign_summary', 'agency_id = {agency}', '{owner,admin,manager,sales,researcher,analyst,service}', '{client}', '{}', '{}', '{}', false),
  ('campaign_performance', 'agency_id = {agency}', '{owner,admin,manager,sales,researcher,analyst,service}', '{client}', '{}', '{}', '{}', false),
  ('leads', 'agency_id = {agency}', '{owner,admin,manager,researcher,analyst,service}', '{sales,client}', '{dedupe_key}', '{}', '{}', false),
  ('lead_activities', 'agency_id = {agency}', '{owner,admin,manager,researcher,analyst,service}', '{sales,client}', '{}', '{}', '{}', false),
  ('lead_details', 'agency_id = {agency}', '{owner,admin,manager,researcher,analyst,service}', '{sales,client}', '{}', '{}', '{}', false),
  ('lead_pipeline', 'agency_id = {agency}', '{owner,admin,manager,researcher,analyst,service}', '{sales,client}', '{}', '{}', '{}', false),
  ('scoring_models', 'agency_id = {agency}', '{owner,admin,manager,sales,researcher,analyst,service}', '{}', '{}', '{}', '{}', false),
  ('scoring_rules', 'agency_id = {agency}', '{owner,admin,manager,sales,researcher,analyst,service}', '{}', '{}', '{}', '{}', false),
  ('lead_scores', 'agency_id = {agency}', '{owner,admin,manager,researcher,analyst,service}', '{sales}', '{}', '{}', '{}', false);

insert into tests.matrix_writes (title, command, statement, allowed) values
  ('update profiles', 'update', 'update public.profiles set full_name = ''Changed'' where id = auth.uid()', '{owner,admin,manager,sales,researcher,analyst,client,creator,vendor,dj,instructor,student,coach,athlete,scheduler,foreign,suspended,removed}'),
  ('update profiles, refused', 'update', 'update public.profiles set full_name = ''Changed'' where id = {other owner}', '{}'),
  ('insert clients', 'insert', 'insert into public.clients (agency_id, name) values ({agency}, ''Another'')', '{owner,admin,manager}'),
  ('update clients', 'update', 'update public.clients set name = ''Changed'' where id = {a client}', '{owner,admin,manager}'),
  ('delete clients', 'delete', 'delete from public.clients where id = {other client}', '{owner,admin,manager}');

insert into tests.matrix_calls (procedure, call, allowed, unchanged) values
  ('accept_invitation', 'accept_invitation(''token-of-acme'')', '{foreign}', '{}'),
  ('archive_agency', 'archive_agency({agency})', '{owner,service}', '{}'),
  ('check_readiness', 'check_readiness()', '{owner,admin,manager,sales,researcher,analyst,client,creator,vendor,dj,instructor,student,coach,athlete,scheduler,foreign,suspended,removed,anon,service}', '{}'),
  ('create_agency', 'create_agency(''Another'')', '{owner,admin,manager,sales,researcher,analyst,client,creator,vendor,dj,instructor,student,coach,athlete,scheduler,foreign,suspended,removed}', '{}'),
  ('get_agency', 'get_agency({agency})', '{owner,admin,manager,sales,researcher,analyst,client,creator,vendor,dj,instructor,student,coach,athlete,scheduler,service}', '{}'),
  ('get_invitation', 'get_invitation(''token-of-acme'')', '{owner,admin,manager,sales,researcher,analyst,client,creator,vendor,dj,instructor,student,coach,athlete,scheduler,foreign,suspended,removed,anon,service}', '{}'),
  ('get_me', 'get_me()', '{owner,admin,manager,sales,researcher,analyst,client,creator,vendor,dj,instructor,student,coach,athlete,scheduler,foreign,suspended,removed}', '{}'),
  ('invite_member', 'invite_member({agency}, ''new@acme.test'', array[''sales''])', '{owner,admin,service}', '{}'),
  ('invite_member', 'invite_member({agency}, ''new@acme.test'', array[''owner''])', '{owner,service}', '{}'),
  ('list_agencies', 'list_agencies()', '{owner,admin,manager,sales,researcher,analyst,client,creator,vendor,dj,instructor,student,coach,athlete,scheduler,foreign,suspended,removed,service}', '{}'),
  ('list_invitations', 'list_invitations({agency})', '{owner,admin,service}', '{}'),
  ('list_members', 'list_members({agency})', '{owner,admin,manager,sales,researcher,analyst,service}', '{}'),
  ('list_roles', 'list_roles({agency})', '{owner,admin,manager,sales,researcher,analyst,service}', '{}'),
  ('my_permissions', 'my_permissions({agency})', '{owner,admin,manager,sales,researcher,analyst,client,creator,vendor,dj,instructor,student,coach,athlete,scheduler,service}', '{}'),
  ('restore_agency', 'restore_agency({agency})', '{owner,service}', '{}'),
  ('revoke_invitation', 'revoke_invitation({invitation})', '{owner,admin}', '{}'),
  ('set_member_roles', 'set_member_roles({agency}, {sales}, array[''analyst''])', '{owner,admin,service}', '{}'),
  ('set_member_roles', 'set_member_roles({agency}, {sales}, array[''owner''])', '{owner,service}', '{}'),
  ('set_member_roles', 'set_member_roles({agency}, {other owner}, array[''sales''])', '{owner,service}', '{}'),
  ('switch_agency', 'switch_agency({agency})', '{owner,admin,manager,sales,researcher,analyst,client,creator,vendor,dj,instructor,student,coach,athlete,scheduler}', '{}'),
  ('test_isolation', 'test_isolation()', '{owner,admin,manager,sales,researcher,analyst,client,creator,vendor,dj,instructor,student,coach,athlete,scheduler,foreign,suspended,removed,service}', '{}'),
  ('update_agency', 'update_agency({agency}, ''{"name":"Changed"}'')', '{owner,admin,service}', '{}'),
  ('create_campaign', 'create_campaign(''Another'', ''{}'', {agency})', '{owner,admin,manager,service}', '{}'),
  ('update_campaign', 'update_campaign({Own}, ''{"name":"Changed"}'')', '{owner,admin,manager,service}', '{}'),
  ('set_campaign_status', 'set_campaign_status({Own}, ''active'')', '{owner,admin,manager,service}', '{}'),
  ('delete_campaign', 'delete_campaign({Own})', '{owner,admin,manager,service}', '{}'),
  ('get_campaign', 'get_campaign({Own})', '{owner,admin,manager,sales,researcher,analyst,service}', '{}'),
  ('get_campaign', 'get_campaign({Launch})', '{owner,admin,manager,sales,researcher,analyst,client,service}', '{}'),
  ('list_campaigns', 'list_campaigns({agency})', '{owner,admin,manager,sales,researcher,analyst,client,service}', '{}'),
  ('create_lead', 'create_lead({Launch}, ''{"email":"new@lead.test"}'')', '{owner,admin,manager,sales,researcher,service}', '{}'),
  ('import_leads', 'import_leads({Launch}, ''[{"email":"new@lead.test"}]'')', '{owner,admin,manager,sales,researcher,service}', '{}'),
  ('update_lead', 'update_lead({loose lead}, ''{"city":"Oslo"}'')', '{owner,admin,manager,service}', '{}'),
  ('update_lead', 'update_lead({assigned lead}, ''{"city":"Oslo"}'')', '{owner,admin,manager,sales,service}', '{}'),
  ('delete_lead', 'delete_lead({assigned lead})', '{owner,admin,manager,service}', '{}'),
  ('restore_lead', 'restore_lead({deleted lead})', '{owner,admin,manager,service}', '{}'),
  ('get_lead', 'get_lead({loose lead})', '{owner,admin,manager,researcher,analyst,service}', '{}'),
  ('get_lead', 'get_lead({assigned lead})', '{owner,admin,manager,sales,researcher,analyst,client,service}', '{}'),
  ('list_leads', 'list_leads({agency})', '{owner,admin,manager,sales,researcher,analyst,client,service}', '{}'),
  ('search_leads', 'search_leads(''lead'', {agency})', '{owner,admin,manager,sales,researcher,analyst,client,service}', '{}'),
  ('export_leads', 'export_leads({agency})', '{owner,admin,manager,sales,researcher,analyst,client,service}', '{}'),
  ('qualify_lead', 'qualify_lead({loose lead}, 5)', '{owner,admin,manager,service}', '{}'),
  ('qualify_lead', 'qualify_lead({assigned lead}, 5)', '{owner,admin,manager,sales,service}', '{}'),
  ('assign_lead', 'assign_lead({loose lead}, {sales}::text)', '{owner,admin,manager,service}', '{}'),
  ('auto_assign_leads', 'auto_assign_leads({Own})', '{owner,admin,manager,service}', '{}'),
  ('bulk_update_lead_status', 'bulk_update_lead_status(array[{loose lead}], ''contacted'', {agency})', '{owner,admin,manager,service}', '{}'),
  ('bulk_update_lead_status', 'bulk_update_lead_status(array[{loose lead}], ''contacted'')', '{owner,admin,manager}', '{foreign,suspended,removed,service}'),
  ('bulk_update_leads', 'bulk_update_leads(array[{loose lead}], ''{"city":"Oslo"}'', {agency})', '{owner,admin,manager,service}', '{}'),
  ('bulk_update_leads', 'bulk_update_leads(array[{loose lead}], ''{"city":"Oslo"}'')', '{owner,admin,manager}', '{foreign,suspended,removed,service}'),
  ('bulk_assign_leads', 'bulk_assign_leads(array[{loose lead}], {sales}::text, {agency})', '{owner,admin,manager,service}', '{}'),
  ('bulk_assign_leads', 'bulk_assign_leads(array[{loose lead}], {sales}::text)', '{owner,admin,manager}', '{foreign,suspended,removed,service}'),
  ('bulk_delete_leads', 'bulk_delete_leads(array[{loose lead}], {agency})', '{owner,admin,manager,service}', '{}'),
  ('bulk_delete_leads', 'bulk_delete_leads(array[{loose lead}])', '{owner,admin,manager}', '{foreign,suspended,removed,service}'),
  ('calculate_lead_score', 'calculate_lead_score({assigned lead})', '{owner,admin,manager,sales,service}', '{}'),
  ('explain_lead_score', 'explain_lead_score({loose lead})', '{owner,admin,manager,researcher,analyst,service}', '{}'),
  ('explain_lead_score', 'explain_lead_score({assigned lead})', '{owner,admin,manager,sales,researcher,analyst,service}', '{}'),
  ('list_lead_activities', 'list_lead_activities({loose lead})', '{owner,admin,manager,researcher,analyst,service}', '{}'),
  ('list_lead_activities', 'list_lead_activities({assigned lead})', '{owner,admin,manager,sales,researcher,analyst,client,service}', '{}'),
  ('record_lead_activity', 'record_lead_activity({loose lead}, ''note'')', '{owner,admin,manager,service}', '{}'),
  ('record_lead_activity', 'record_lead_activity({assigned lead}, ''note'')', '{owner,admin,manager,sales,service}', '{}'),
  ('get_campaign_performance', 'get_campaign_performance({Own})', '{owner,admin,manager,sales,researcher,analyst,service}', '{}'),
  ('get_campaign_performance', 'get_campaign_performance({Launch})', '{owner,admin,manager,sales,researcher,analyst,client,service}', '{}'),
  ('get_agency_overview', 'get_agency_overview({agency})', '{owner,admin,manager,sales,researcher,analyst,client,service}', '{}'),
  ('get_top_campaigns', 'get_top_campaigns({agency})', '{owner,admin,manager,sales,researcher,analyst,client,service}', '{}');

select tests.check_matrix_is_complete();
select tests.check_matrix_grants();
select tests.check_matrix_rows();
select tests.check_matrix_writes();
select tests.check_matrix_calls();

select * from finish();
rollback;
