create or replace function public.import_leads(campaign_id uuid, rows jsonb)
returns jsonb
language plpgsql
volatile
security definer -- leads have no write grants
set search_path = ''
as $$
#variable_conflict error
declare
  v_campaign public.campaigns := private.authorize_campaign(import_leads.campaign_id, 'leads.create');
  v_size integer;
  v_result jsonb;
begin
  if jsonb_typeof(import_leads.rows) is distinct from 'array' then
    raise exception using errcode = 'PT422', message = 'rows_not_a_list',
      detail = 'An import is a list of rows.';
  end if;
  v_size := jsonb_array_length(import_leads.rows);
  if v_size not between 1 and 10000 then
    raise exception using errcode = 'PT422', message = 'import_size_out_of_range',
      detail = format('An import takes 1 to 10,000 rows; this one has %s.', v_size),
      hint = 'Send the rows in several imports.';
  end if;

  v_result := private.import_rows(v_campaign, import_leads.rows);
  perform private.audit(v_campaign.agency_id, 'lead.imported', null, null,
    v_result - 'errors' || jsonb_build_object('campaign_id', v_campaign.id));
  return v_result;
end;
$$;

comment on function public.import_leads(uuid, jsonb) is
  'Puts 1 to 10,000 rows into a campaign: new leads are created, rows about leads the agency has fill their gaps, bad rows are left out and named. Every row counts once: {created, updated, duplicate, rejected, errors: [{row, field, reason}]} (rows count from 1; the first 1,000 errors). Errors: 403 permission_denied, 404 campaign_not_found, 422 rows_not_a_list, import_size_out_of_range.';
revoke all on function public.import_leads(uuid, jsonb) from public, anon;
grant execute on function public.import_leads(uuid, jsonb) to authenticated;
