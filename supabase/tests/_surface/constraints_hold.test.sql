begin;
-- Each constraint is broken once by a statement that breaks nothing else, as the owner of the schema,
-- whom neither grants nor policies hold back. A constraint without a line here fails the first test.
create temporary table violations (violated text, statement text);
insert into violations values
  ('chores_every_is_positive', 'insert into private.chores (name, every) values (''x'', ''0'')'),
  ('schedules_agency_id_fkey', 'insert into private.schedules (name, agency_id, kind, cron, next_run_at) values (''x'', gen_random_uuid(), ''maintenance.sweep'', ''* * * * *'', now())'),
  ('schedules_kind_fkey', 'insert into private.schedules (name, kind, cron, next_run_at) values (''x'', ''nonesuch.x'', ''* * * * *'', now())'),
  ('schedules_payload_is_an_object', 'insert into private.schedules (name, kind, payload, cron, next_run_at) values (''x'', ''maintenance.sweep'', ''[]'', ''* * * * *'', now())'),
  ('task_kinds_are_domain_dot_action', 'insert into private.task_kinds (kind, description) values (''nonesuch'', ''x'')'),
  ('tasks_agency_id_fkey', 'insert into private.tasks (agency_id, kind, state) values (gen_random_uuid(), ''maintenance.sweep'', ''available'')'),
  ('tasks_max_attempts_is_positive', 'insert into private.tasks (kind, state, max_attempts) values (''maintenance.sweep'', ''available'', 0)'),
  ('tasks_payload_is_an_object', 'insert into private.tasks (kind, state, payload) values (''maintenance.sweep'', ''available'', ''[]'')'),
  ('tasks_run_under_a_lease', 'insert into private.tasks (kind, state) values (''maintenance.sweep'', ''running'')'),
  ('tasks_unique_key_idx', 'insert into private.tasks (kind, state, unique_key) values (''maintenance.sweep'', ''available'', ''x''), (''maintenance.sweep'', ''scheduled'', ''x'')'),
  ('agencies_created_by_fkey', 'update public.agencies set created_by = gen_random_uuid()'),
  ('agencies_name_has_1_to_120_characters', 'update public.agencies set name = '''''),
  ('agencies_settings_have_at_most_64_kb', 'update public.agencies set settings = jsonb_build_object(''x'', repeat(''x'', 65536))'),
  ('agencies_settings_is_an_object', 'update public.agencies set settings = ''[]'''),
  ('agencies_slug_is_url_safe', 'update public.agencies set slug = ''No Slug'''),
  ('agencies_slug_key', 'insert into public.agencies (name, slug) values (''Twin'', ''acme'')'),
  ('agency_roles_agency_id_fkey', 'insert into public.agency_roles (agency_id, role, title, permissions) values (gen_random_uuid(), ''custom:x'', ''X'', ''{}'')'),
  ('agency_roles_are_told_apart_by_a_prefix', 'insert into public.agency_roles (agency_id, role, title, permissions) values ({agency}, ''closer'', ''X'', ''{}'')'),
  ('agency_roles_description_has_at_most_500_characters', 'insert into public.agency_roles (agency_id, role, title, permissions, description) values ({agency}, ''custom:x'', ''X'', ''{}'', repeat(''x'', 501))'),
  ('agency_roles_title_has_1_to_120_characters', 'insert into public.agency_roles (agency_id, role, title, permissions) values ({agency}, ''custom:x'', '''', ''{}'')'),
  ('api_keys_agency_id_fkey', 'insert into public.api_keys (agency_id, name, prefix, secret_hash, permissions) values (gen_random_uuid(), ''X'', ''x'', ''x'', ''{leads.read}'')'),
  ('api_keys_created_by_fkey', 'insert into public.api_keys (agency_id, name, prefix, secret_hash, permissions, created_by) values ({agency}, ''X'', ''x'', ''x'', ''{leads.read}'', gen_random_uuid())'),
  ('api_keys_hold_a_permission', 'insert into public.api_keys (agency_id, name, prefix, secret_hash, permissions) values ({agency}, ''X'', ''x'', ''x'', ''{}'')'),
  ('api_keys_name_has_1_to_120_characters', 'insert into public.api_keys (agency_id, name, prefix, secret_hash, permissions) values ({agency}, '''', ''x'', ''x'', ''{leads.read}'')'),
  ('audit_log_action_is_entity_dot_verb', 'insert into public.audit_log (agency_id, actor_type, action, entity) values ({agency}, ''system'', ''Done'', ''lead'')'),
  ('audit_log_actor_is_user_api_key_or_system', 'insert into public.audit_log (agency_id, actor_type, action, entity) values ({agency}, ''robot'', ''lead.done'', ''lead'')'),
  ('campaigns_agency_id_fkey', 'insert into public.campaigns (agency_id, name) values (gen_random_uuid(), ''X'')'),
  ('campaigns_budget_is_not_negative', 'update public.campaigns set budget_cents = -1'),
  ('campaigns_client_is_of_the_agency', 'update public.campaigns set client_id = gen_random_uuid()'),
  ('campaigns_created_by_fkey', 'update public.campaigns set created_by = gen_random_uuid()'),
  ('campaigns_currency_is_an_iso_4217_code', 'update public.campaigns set currency = ''euro'''),
  ('campaigns_description_has_at_most_5000_characters', 'update public.campaigns set description = repeat(''x'', 5001)'),
  ('campaigns_end_after_start', 'update public.campaigns set starts_on = ''2026-02-02'', ends_on = ''2026-02-01'''),
  ('campaigns_goals_have_at_most_64_kb', 'update public.campaigns set goals = jsonb_build_object(''x'', repeat(''x'', 65536))'),
  ('campaigns_goals_is_an_object', 'update public.campaigns set goals = ''[]'''),
  ('campaigns_have_at_most_50_tags', 'update public.campaigns set tags = array_fill(''x''::text, array[51])'),
  ('campaigns_tags_have_at_most_8_kb', 'update public.campaigns set tags = array[repeat(''x'', 8193)]'),
  ('campaigns_kind_is_known', 'update public.campaigns set kind = ''nonesuch'''),
  ('campaigns_metadata_has_at_most_64_kb', 'update public.campaigns set metadata = jsonb_build_object(''x'', repeat(''x'', 65536))'),
  ('campaigns_metadata_is_an_object', 'update public.campaigns set metadata = ''[]'''),
  ('campaigns_name_has_1_to_200_characters', 'update public.campaigns set name = '''''),
  ('campaigns_target_is_positive', 'update public.campaigns set target_leads = 0'),
  ('clients_agency_id_fkey', 'insert into public.clients (agency_id, name) values (gen_random_uuid(), ''X'')'),
  ('clients_agency_id_name_idx', 'insert into public.clients (agency_id, name) values ({agency}, ''X''), ({agency}, ''x'')'),
  ('clients_contact_has_at_most_16_kb', 'insert into public.clients (agency_id, name, contact) values ({agency}, ''X'', jsonb_build_object(''x'', repeat(''x'', 16384)))'),
  ('clients_contact_is_an_object', 'insert into public.clients (agency_id, name, contact) values ({agency}, ''X'', ''[]'')'),
  ('clients_industry_has_at_most_200_characters', 'insert into public.clients (agency_id, name, industry) values ({agency}, ''X'', repeat(''x'', 201))'),
  ('clients_name_has_1_to_200_characters', 'insert into public.clients (agency_id, name) values ({agency}, '''')'),
  ('clients_website_has_at_most_2000_characters', 'insert into public.clients (agency_id, name, website) values ({agency}, ''X'', repeat(''x'', 2001))'),
  ('data_source_credentials_are_sealed', 'insert into private.data_source_credentials (agency_id, data_source_id, key_id, nonce, ciphertext) values ({agency}, {source}, ''k'', repeat(''A'', 16), ''{"password": "secret"}'')'),
  ('data_source_credentials_belong_to_a_data_source', 'insert into private.data_source_credentials (agency_id, data_source_id, key_id, nonce, ciphertext) values ({other}, {source}, ''k'', repeat(''A'', 16), repeat(''A'', 32))'),
  ('data_source_credentials_name_a_key', 'insert into private.data_source_credentials (agency_id, data_source_id, key_id, nonce, ciphertext) values ({agency}, {source}, '''', repeat(''A'', 16), repeat(''A'', 32))'),
  ('data_source_credentials_nonce_is_12_bytes', 'insert into private.data_source_credentials (agency_id, data_source_id, key_id, nonce, ciphertext) values ({agency}, {source}, ''k'', repeat(''A'', 12), repeat(''A'', 32))'),
  ('data_source_texts_belong_to_a_data_source', 'insert into private.data_source_texts (agency_id, data_source_id, content) values ({other}, {source}, ''x'')'),
  ('data_source_texts_have_1_byte_to_1_mb', 'insert into private.data_source_texts (agency_id, data_source_id, content) values ({agency}, {source}, '''')'),
  ('data_sources_agency_id_fkey', 'insert into public.data_sources (agency_id, type, name) values (gen_random_uuid(), ''csv'', ''X'')'),
  ('data_sources_campaign_is_of_the_agency', 'update public.data_sources set schedule_campaign_id = gen_random_uuid()'),
  ('data_sources_config_has_at_most_64_kb', 'update public.data_sources set config = jsonb_build_object(''x'', repeat(''x'', 65536))'),
  ('data_sources_config_is_an_object', 'update public.data_sources set config = ''[]'''),
  ('data_sources_created_by_fkey', 'update public.data_sources set created_by = gen_random_uuid()'),
  ('data_sources_error_is_explained', 'update public.data_sources set status = ''error'''),
  ('data_sources_name_has_1_to_200_characters', 'update public.data_sources set name = '''''),
  ('data_sources_path_is_of_the_agency', 'update public.data_sources set config = jsonb_build_object(''path'', {other} || ''/leads.csv'')'),
  ('data_sources_path_is_of_the_agency', 'update public.data_sources set config = jsonb_build_object(''path'', {agency} || ''/../'' || {other} || ''/leads.csv'')'),
  ('data_sources_rate_limit_is_positive', 'update public.data_sources set rate_limit = 0'),
  ('data_sources_schedule_names_a_campaign', 'update public.data_sources set schedule = ''0 6 * * *'''),
  ('data_sources_schedule_params_is_an_object', 'update public.data_sources set schedule_params = ''[]'''),
  ('data_sources_type_is_known', 'update public.data_sources set type = ''nonesuch'''),
  ('leads_data_source_is_of_the_agency', 'update public.leads set data_source_id = gen_random_uuid()'),
  ('leads_scraping_job_is_of_the_agency', 'update public.leads set scraping_job_id = gen_random_uuid()'),
  ('scraping_job_logs_belong_to_a_job', 'insert into public.scraping_job_logs (agency_id, job_id, seq, level, message) values ({other}, {job}, 1, ''info'', ''X'')'),
  ('scraping_job_logs_context_is_an_object', 'insert into public.scraping_job_logs (agency_id, job_id, seq, level, message, context) values ({agency}, {job}, 1, ''info'', ''X'', ''[]'')'),
  ('scraping_job_logs_level_is_known', 'insert into public.scraping_job_logs (agency_id, job_id, seq, level, message) values ({agency}, {job}, 1, ''nonesuch'', ''X'')'),
  ('scraping_job_logs_message_has_1_to_2000_characters', 'insert into public.scraping_job_logs (agency_id, job_id, seq, level, message) values ({agency}, {job}, 1, ''info'', '''')'),
  ('scraping_job_logs_seq_is_positive', 'insert into public.scraping_job_logs (agency_id, job_id, seq, level, message) values ({agency}, {job}, 0, ''info'', ''X'')'),
  ('scraping_job_rejects_are_the_first_1000', 'insert into public.scraping_job_rejects (agency_id, job_id, n, row_number, reason) values ({agency}, {job}, 1001, 1, ''X'')'),
  ('scraping_job_rejects_belong_to_a_job', 'insert into public.scraping_job_rejects (agency_id, job_id, n, row_number, reason) values ({other}, {job}, 1, 1, ''X'')'),
  ('scraping_jobs_agency_id_fkey', 'insert into public.scraping_jobs (agency_id, data_source_id, campaign_id) values (gen_random_uuid(), {source}, {campaign})'),
  ('scraping_jobs_agency_id_scheduled_by_idx', 'insert into public.scraping_jobs (agency_id, data_source_id, campaign_id, scheduled_by) values ({agency}, {source}, {campaign}, {agency}), ({agency}, {source}, {campaign}, {agency})'),
  ('scraping_jobs_campaign_is_of_the_agency', 'update public.scraping_jobs set campaign_id = gen_random_uuid()'),
  ('scraping_jobs_checkpoint_is_an_object', 'update public.scraping_jobs set checkpoint = ''[]'''),
  ('scraping_jobs_counts_are_not_negative', 'update public.scraping_jobs set rows_total = -1'),
  ('scraping_jobs_created_by_fkey', 'update public.scraping_jobs set created_by = gen_random_uuid()'),
  ('scraping_jobs_data_source_is_of_the_agency', 'update public.scraping_jobs set data_source_id = gen_random_uuid()'),
  ('scraping_jobs_each_row_counts_once', 'update public.scraping_jobs set rows_read = 2, rows_created = 1'),
  ('scraping_jobs_end_is_dated', 'update public.scraping_jobs set status = ''cancelled'''),
  ('scraping_jobs_failure_is_explained', 'update public.scraping_jobs set error = ''X'''),
  ('scraping_jobs_live_ones_have_a_data_source', 'update public.scraping_jobs set data_source_id = null'),
  ('scraping_jobs_max_minutes_is_positive', 'update public.scraping_jobs set max_minutes = 0'),
  ('scraping_jobs_max_rows_is_positive', 'update public.scraping_jobs set max_rows = 0'),
  ('scraping_jobs_params_have_at_most_64_kb', 'update public.scraping_jobs set params = jsonb_build_object(''x'', repeat(''x'', 65536))'),
  ('scraping_jobs_params_is_an_object', 'update public.scraping_jobs set params = ''[]'''),
  ('scraping_jobs_pause_is_dated', 'update public.scraping_jobs set paused_at = now()'),
  ('scraping_jobs_read_no_more_than_max_rows', 'update public.scraping_jobs set rows_read = 2, rows_created = 2, max_rows = 1'),
  ('effective_permissions_are_a_members', 'insert into private.effective_permissions (agency_id, user_id, permissions) values ({agency}, gen_random_uuid(), ''{}'')'),
  ('invitations_agency_id_fkey', 'insert into public.invitations (agency_id, email, roles, token_hash) values (gen_random_uuid(), ''x@x.test'', ''{sales}'', ''x'')'),
  ('invitations_client_is_of_the_agency', 'insert into public.invitations (agency_id, email, roles, token_hash, client_id) values ({agency}, ''x@x.test'', ''{sales}'', ''x'', gen_random_uuid())'),
  ('invitations_email_is_an_address', 'insert into public.invitations (agency_id, email, roles, token_hash) values ({agency}, ''nobody'', ''{sales}'', ''x'')'),
  ('invitations_end_once', 'insert into public.invitations (agency_id, email, roles, token_hash, accepted_at, revoked_at) values ({agency}, ''x@x.test'', ''{sales}'', ''x'', now(), now())'),
  ('invitations_invited_by_fkey', 'insert into public.invitations (agency_id, email, roles, token_hash, invited_by) values ({agency}, ''x@x.test'', ''{sales}'', ''x'', gen_random_uuid())'),
  ('invitations_name_a_role', 'insert into public.invitations (agency_id, email, roles, token_hash) values ({agency}, ''x@x.test'', ''{}'', ''x'')'),
  ('invitations_open_agency_id_email_idx', 'insert into public.invitations (agency_id, email, roles, token_hash) values ({agency}, ''x@x.test'', ''{sales}'', ''x''), ({agency}, ''X@x.test'', ''{sales}'', ''y'')'),
  ('lead_activities_belong_to_a_lead', 'insert into public.lead_activities (agency_id, lead_id, type) values ({agency}, gen_random_uuid(), ''assigned'')'),
  ('lead_activities_payload_has_at_most_64_kb', 'insert into public.lead_activities (agency_id, lead_id, type, payload) values ({agency}, {lead}, ''note'', jsonb_build_object(''x'', repeat(''x'', 65536)))'),
  ('lead_activities_payload_is_an_object', 'insert into public.lead_activities (agency_id, lead_id, type, payload) values ({agency}, {lead}, ''note'', ''[]'')'),
  ('lead_activities_type_is_known', 'insert into public.lead_activities (agency_id, lead_id, type) values ({agency}, {lead}, ''nonesuch'')'),
  ('leads_agency_id_dedupe_key_idx', 'insert into public.leads (agency_id, campaign_id, email) values ({agency}, {campaign}, ''x@x.test''), ({agency}, {campaign}, ''X@x.test'')'),
  ('leads_agency_id_fkey', 'insert into public.leads (agency_id, campaign_id, email) values (gen_random_uuid(), {campaign}, ''x@x.test'')'),
  ('leads_assignee_is_a_member', 'update public.leads set assigned_to = gen_random_uuid()'),
  ('leads_campaign_is_of_the_agency', 'update public.leads set campaign_id = gen_random_uuid()'),
  ('leads_documents_are_objects', 'update public.leads set contact = ''[]'''),
  ('leads_documents_are_objects', 'update public.leads set company_data = ''[]'''),
  ('leads_documents_are_objects', 'update public.leads set source_data = ''[]'''),
  ('leads_documents_are_objects', 'update public.leads set qualification_data = ''[]'''),
  ('leads_documents_are_objects', 'update public.leads set custom_fields = ''[]'''),
  ('leads_email_is_an_address', 'update public.leads set email = ''nobody'''),
  ('leads_have_at_most_50_tags', 'update public.leads set tags = array_fill(''x''::text, array[51])'),
  ('leads_tags_have_at_most_8_kb', 'update public.leads set tags = array[repeat(''x'', 8193)]'),
  ('leads_notes_have_at_most_10000_characters', 'update public.leads set qualification_notes = repeat(''x'', 10001)'),
  ('leads_qualification_score_is_1_to_5', 'update public.leads set qualification_score = 6'),
  ('leads_score_grade_is_a_to_f', 'update public.leads set score_grade = ''E'''),
  ('leads_score_is_0_to_100', 'update public.leads set score = 101'),
  ('leads_texts_have_at_most_500_characters', 'update public.leads set city = repeat(''x'', 501)'),
  ('member_permissions_allow_or_deny', 'insert into public.member_permissions (agency_id, user_id, permission, effect) values ({agency}, {user}, ''leads.read'', ''maybe'')'),
  ('member_permissions_are_said_once', 'insert into public.member_permissions (agency_id, user_id, permission, effect) values ({agency}, {user}, ''leads.read'', ''allow''), ({agency}, {user}, ''leads.read'', ''deny'')'),
  ('member_permissions_belong_to_a_member', 'insert into public.member_permissions (agency_id, user_id, permission, effect) values ({agency}, gen_random_uuid(), ''leads.read'', ''allow'')'),
  ('member_permissions_permission_fkey', 'insert into public.member_permissions (agency_id, user_id, permission, effect) values ({agency}, {user}, ''leads.nonesuch'', ''allow'')'),
  ('member_permissions_platform_is_a_lower_case_word', 'insert into public.member_permissions (agency_id, user_id, permission, effect, platform) values ({agency}, {user}, ''leads.read'', ''allow'', ''No Platform'')'),
  ('membership_roles_are_the_agencys_own_or_the_systems', 'insert into public.membership_roles (agency_id, user_id, role) values ({agency}, {user}, ''custom:nonesuch'')'),
  ('membership_roles_belong_to_a_member', 'insert into public.membership_roles (agency_id, user_id, role) values ({agency}, gen_random_uuid(), ''sales'')'),
  ('membership_roles_system_role_fkey', 'insert into public.membership_roles (agency_id, user_id, role) values ({agency}, {user}, ''nonesuch'')'),
  ('memberships_agency_id_fkey', 'insert into public.memberships (agency_id, user_id) values (gen_random_uuid(), {user})'),
  ('memberships_are_once_per_user', 'insert into public.memberships (agency_id, user_id) values ({agency}, {user})'),
  ('memberships_client_is_of_the_agency', 'update public.memberships set client_id = gen_random_uuid()'),
  ('memberships_title_has_at_most_120_characters', 'update public.memberships set title = repeat(''x'', 121)'),
  ('memberships_user_id_fkey', 'insert into public.memberships (agency_id, user_id) values ({agency}, gen_random_uuid())'),
  ('notification_preferences_are_a_members', 'insert into public.notification_preferences (agency_id, user_id, type, in_app, email) values ({agency}, gen_random_uuid(), ''lead.assigned'', true, true)'),
  ('notification_preferences_type_fkey', 'insert into public.notification_preferences (agency_id, user_id, type, in_app, email) values ({agency}, {user}, ''x.y'', true, true)'),
  ('notification_types_are_entity_dot_verb', 'insert into private.notification_types (type, description, in_app, email, position) values (''x'', ''X'', true, true, 99)'),
  ('notifications_are_for_a_member', 'insert into public.notifications (agency_id, user_id, type, title) values ({other}, {user}, ''lead.assigned'', ''X'')'),
  ('notifications_body_has_at_most_2000_characters', 'insert into public.notifications (agency_id, user_id, type, title, body) values ({agency}, {user}, ''lead.assigned'', ''X'', repeat(''x'', 2001))'),
  ('notifications_data_is_an_object', 'insert into public.notifications (agency_id, user_id, type, title, data) values ({agency}, {user}, ''lead.assigned'', ''X'', ''[]'')'),
  ('notifications_title_has_1_to_200_characters', 'insert into public.notifications (agency_id, user_id, type, title) values ({agency}, {user}, ''lead.assigned'', '''')'),
  ('notifications_type_fkey', 'insert into public.notifications (agency_id, user_id, type, title) values ({agency}, {user}, ''x.y'', ''X'')'),
  ('permissions_are_resource_dot_action', 'insert into public.permissions (permission, description) values (''nonesuch'', ''x'')'),
  ('platform_staff_user_id_fkey', 'insert into private.platform_staff (user_id) values (gen_random_uuid())'),
  ('profiles_active_agency_id_fkey', 'update public.profiles set active_agency_id = gen_random_uuid()'),
  ('profiles_avatar_url_is_https', 'update public.profiles set avatar_url = ''http://x.test/a.png'''),
  ('profiles_full_name_has_at_most_200_characters', 'update public.profiles set full_name = repeat(''x'', 201)'),
  ('profiles_id_fkey', 'insert into public.profiles (id, email) values (gen_random_uuid(), ''x@x.test'')'),
  ('profiles_locale_is_a_language_tag', 'update public.profiles set locale = ''English'''),
  ('profiles_phone_has_at_most_40_characters', 'update public.profiles set phone = repeat(''1'', 41)'),
  ('profiles_preferences_have_at_most_16_kb', 'update public.profiles set preferences = jsonb_build_object(''x'', repeat(''x'', 16384))'),
  ('profiles_preferences_is_an_object', 'update public.profiles set preferences = ''[]'''),
  ('rate_limits_kind_is_known', 'insert into private.rate_limits values (''read'', ''nonesuch'', 1, ''1 minute'')'),
  ('rate_limits_period_is_positive', 'update private.rate_limits set period = ''0'''),
  ('rate_limits_quota_is_positive', 'update private.rate_limits set quota = 0'),
  ('role_permissions_permission_fkey', 'insert into public.role_permissions values (''owner'', ''leads.nonesuch'')'),
  ('role_permissions_role_fkey', 'insert into public.role_permissions values (''nonesuch'', ''leads.read'')'),
  ('roles_are_lower_case_words', 'insert into public.roles values (''No Role'', ''x'', ''x'', 99)'),
  ('scoring_models_agency_id_fkey', 'insert into public.scoring_models (agency_id, version, name) values (gen_random_uuid(), 1, ''X'')'),
  ('scoring_models_archiving_is_dated', 'insert into public.scoring_models (agency_id, version, name, archived_at) values ({agency}, 9, ''X'', now())'),
  ('scoring_models_caps_are_not_negative', 'insert into public.scoring_models (agency_id, version, name, fit_cap) values ({agency}, 9, ''X'', -1)'),
  ('scoring_models_caps_are_not_negative', 'insert into public.scoring_models (agency_id, version, name, engagement_cap) values ({agency}, 9, ''X'', -1)'),
  ('scoring_models_grades_descend', 'insert into public.scoring_models (agency_id, version, name, grade_b) values ({agency}, 9, ''X'', 90)'),
  ('scoring_models_name_has_1_to_200_characters', 'insert into public.scoring_models (agency_id, version, name) values ({agency}, 9, '''')'),
  ('scoring_models_publication_is_dated', 'insert into public.scoring_models (agency_id, version, name, status) values ({agency}, 9, ''X'', ''published'')'),
  ('scoring_models_published_agency_id_idx', 'insert into public.scoring_models (agency_id, version, name, status, published_at) values ({agency}, 9, ''X'', ''published'', now())'),
  ('scoring_models_version_is_positive', 'insert into public.scoring_models (agency_id, version, name) values ({agency}, 0, ''X'')'),
  ('scoring_models_version_is_used_once', 'insert into public.scoring_models (agency_id, version, name) values ({agency}, 1, ''X'')'),
  ('scoring_programs_are_made_from_a_model', 'update private.scoring_programs set model_id = gen_random_uuid()'),
  ('scoring_rules_cap_is_positive', '{rule} 1, ''fit'', ''email'', ''exists'', null, 1, 0, null, false, ''X'')'),
  ('scoring_rules_description_has_1_to_300_characters', '{rule} 1, ''fit'', ''email'', ''exists'', null, 1, null, null, false, '''')'),
  ('scoring_rules_field_is_known', '{rule} 1, ''fit'', ''nonesuch'', ''exists'', null, 1, null, null, false, ''X'')'),
  ('scoring_rules_group_is_fit_or_engagement', '{rule} 1, ''nonesuch'', ''email'', ''exists'', null, 1, null, null, false, ''X'')'),
  ('scoring_rules_half_life_is_positive', '{rule} 1, ''fit'', ''created_at'', ''exists'', null, 1, null, 0, false, ''X'')'),
  ('scoring_rules_have_one_position_each', '{rule} 1, ''fit'', ''email'', ''exists'', null, 1, null, null, false, ''X''), ({agency}, {model}, 1, ''fit'', ''email'', ''exists'', null, 1, null, null, false, ''X'')'),
  ('scoring_rules_model_is_of_the_agency', 'insert into public.scoring_rules (agency_id, model_id, position, rule_group, field, operator, points, description) values ({other}, {model}, 1, ''fit'', ''email'', ''exists'', 1, ''X'')'),
  ('scoring_rules_only_activities_occur_repeatedly', '{rule} 1, ''fit'', ''email'', ''exists'', null, 1, null, null, true, ''X'')'),
  ('scoring_rules_only_what_has_a_time_fades', '{rule} 1, ''fit'', ''email'', ''exists'', null, 1, null, 5, false, ''X'')'),
  ('scoring_rules_operator_is_known', '{rule} 1, ''fit'', ''custom.x'', ''nonesuch'', ''"x"'', 1, null, null, false, ''X'')'),
  ('scoring_rules_operator_suits_field', '{rule} 1, ''fit'', ''email'', ''gt'', ''1'', 1, null, null, false, ''X'')'),
  ('scoring_rules_pattern_is_a_regular_expression', '{rule} 1, ''fit'', ''email'', ''matches'', ''"("'', 1, null, null, false, ''X'')'),
  ('scoring_rules_value_suits_operator', '{rule} 1, ''fit'', ''email'', ''eq'', ''[]'', 1, null, null, false, ''X'')');

select plan((select count(*)::integer + 2 from violations));

select tests.create_agency('acme');
select tests.create_agency('rival');
select tests.create_campaign('acme', 'spring');
select tests.create_lead('acme', 'spring', '{"email": "one@x.test"}');
select tests.act_as_postgres();
insert into public.scoring_models (agency_id, version, name)
select a.id, 7, 'Draft' from public.agencies as a where a.slug = 'acme';
select tests.create_source('acme', 'list');
select tests.create_job('acme', 'job', 'list', 'spring');

create temporary view constraints as
  select k.conname::text as name
    from pg_constraint as k left join pg_class as c on c.oid = k.conrelid -- none where a domain has it
   where k.connamespace in ('public'::regnamespace, 'private'::regnamespace)
     and c.relispartition is not true and k.conparentid = 0 and k.contype in ('c', 'f', 'u', 'x')
  union
  select x.relname
    from pg_index as i join pg_class as c on c.oid = i.indrelid join pg_class as x on x.oid = i.indexrelid
   where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
     and not c.relispartition and i.indisunique
     and not exists (select from pg_constraint as k where k.conindid = i.indexrelid);
select is_empty('select name from constraints except select violated from violations', 'every constraint is tried');
select is_empty('select violated from violations except select name from constraints', 'nothing else is');

create function pg_temp.violated_by(statement text) returns text language plpgsql as $$
declare
  v_constraint text;
begin
  execute statement;
  raise exception 'nothing is violated';
exception when others then
  get stacked diagnostics v_constraint = constraint_name;
  return coalesce(nullif(v_constraint, ''), sqlerrm);
end;
$$;

select is(
  pg_temp.violated_by(replace(replace(replace(replace(replace(replace(replace(replace(replace(v.statement,
    '{rule}', 'insert into public.scoring_rules (agency_id, model_id, position, rule_group, field, operator, value, points, cap, half_life_days, per_occurrence, description) values ({agency}, {model},'),
    '{agency}', quote_literal(a.id)), '{other}', quote_literal(o.id)),
    '{user}', quote_literal(a.created_by)), '{campaign}', quote_literal(l.campaign_id)),
    '{lead}', quote_literal(l.id)), '{model}', quote_literal(m.id)),
    '{source}', quote_literal(tests.id('acme/list'))), '{job}', quote_literal(tests.id('acme/job')))),
  v.violated, v.statement)
  from violations as v
  join public.agencies as a on a.slug = 'acme'
  join public.agencies as o on o.slug = 'rival'
  join public.leads as l on l.agency_id = a.id
  join public.scoring_models as m on m.agency_id = a.id and m.version = 7
 order by v.violated;

select * from finish();
rollback;
