alter table public.clients enable row level security;
alter table public.clients force row level security;
create policy clients_select_readers on public.clients
  for select to authenticated using (
    agency_id = any ((select private.agencies_with('clients.read', 'clients.read_client'))::uuid[])
    and (
      agency_id = any ((select private.agencies_with('clients.read'))::uuid[])
      or id = any ((select private.own_clients('clients.read_client'))::uuid[])
    )
  );
create policy clients_insert_writers on public.clients
  for insert to authenticated with check (
    agency_id = any ((select private.agencies_with('clients.write'))::uuid[])
  );
create policy clients_update_writers on public.clients
  for update to authenticated
  using (agency_id = any ((select private.agencies_with('clients.write'))::uuid[]))
  with check (agency_id = any ((select private.agencies_with('clients.write'))::uuid[]));
create policy clients_delete_writers on public.clients
  for delete to authenticated using (
    agency_id = any ((select private.agencies_with('clients.write'))::uuid[])
  );
grant select, delete on public.clients to authenticated;
grant insert (agency_id, name, website, industry, contact) on public.clients to authenticated;
grant update (name, website, industry, contact, archived_at) on public.clients to authenticated;

alter table public.campaigns enable row level security;
alter table public.campaigns force row level security;
create policy campaigns_select_readers on public.campaigns
  for select to authenticated using (
    agency_id = any ((select private.agencies_with('campaigns.read', 'campaigns.read_client'))::uuid[])
    and (
      agency_id = any ((select private.agencies_with('campaigns.read'))::uuid[])
      or client_id = any ((select private.own_clients('campaigns.read_client'))::uuid[])
    )
  );
grant select on public.campaigns to authenticated;

alter table public.leads enable row level security;
alter table public.leads force row level security;
-- Whoever reads all leads of all their agencies is asked once; row by row only the others are.
create policy leads_select_readers on public.leads
  for select to authenticated using (
    agency_id = any ((select private.agencies_with(
      'leads.read', 'leads.read_assigned', 'leads.read_client'))::uuid[])
    and (
      (select private.holds_everywhere('leads.read'))
      or agency_id = any ((select private.agencies_with('leads.read'))::uuid[])
      or (
        assigned_to = (select private.uid())
        and agency_id = any ((select private.agencies_with('leads.read_assigned'))::uuid[])
      )
      or campaign_id = any ((select private.own_campaigns('leads.read_client'))::uuid[])
    )
  );
-- The search vector and the dedupe key are machinery; edited_fields is between people and imports.
grant select (
  agency_id, id, campaign_id, data_source_id, scraping_job_id, first_name, last_name, email, phone, company, title, website,
  linkedin_url, city, country, industry, status, priority, qualification_score,
  qualification_notes, score, score_grade, scored_at, score_model_version, assigned_to,
  assigned_at, assignment_reason, contact, company_data, source_data, qualification_data, custom_fields, tags,
  edited_fields, last_contacted_at, responded_at, qualified_at, converted_at, deleted_at,
  created_at, updated_at, search
) on public.leads to authenticated;

alter table public.lead_activities enable row level security;
alter table public.lead_activities force row level security;
create policy lead_activities_select_readers on public.lead_activities
  for select to authenticated using (
    agency_id = any ((select private.agencies_with(
      'leads.read', 'leads.read_assigned', 'leads.read_client'))::uuid[])
    and (
      agency_id = any ((select private.agencies_with('leads.read'))::uuid[])
      or lead_id = any ((select private.own_leads('leads.read'))::uuid[])
    )
  );
grant select on public.lead_activities to authenticated;

alter table private.lead_metrics enable row level security;
alter table private.lead_metrics force row level security;
create policy lead_metrics_select_readers on private.lead_metrics
  for select to authenticated using (
    agency_id = any ((select private.agencies_with('analytics.read', 'analytics.read_client'))::uuid[])
    and (
      agency_id = any ((select private.agencies_with('analytics.read'))::uuid[])
      or scope_id = any ((select private.own_campaigns('analytics.read_client'))::uuid[])
    )
  );
grant select on private.lead_metrics to authenticated;

alter table private.lead_metric_deltas enable row level security;
alter table private.lead_metric_deltas force row level security;
create policy lead_metric_deltas_select_readers on private.lead_metric_deltas
  for select to authenticated using (
    agency_id = any ((select private.agencies_with('analytics.read', 'analytics.read_client'))::uuid[])
    and (
      agency_id = any ((select private.agencies_with('analytics.read'))::uuid[])
      or campaign_id = any ((select private.own_campaigns('analytics.read_client'))::uuid[])
    )
  );
grant select on private.lead_metric_deltas to authenticated;
grant select on private.lead_metrics_now to authenticated;
