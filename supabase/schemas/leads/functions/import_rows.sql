create or replace function private.import_rows(
  campaign public.campaigns,
  rows jsonb,
  data_source_id uuid default null,
  scraping_job_id uuid default null
)
returns jsonb
language plpgsql
volatile
security invoker -- called by definers that have authorised
set search_path = ''
as $$
#variable_conflict error
declare
  v_first private.lead_attributes[];
  v_repeated private.lead_attributes[];
  v_created text[];
  v_rejected integer;
  v_errors jsonb;
  v_updated integer := 0;
begin
  with judged as (
    select r.n, r.attributes, i.identity,
           coalesce(r.errors, case when i.identity is null then jsonb_build_array(
             jsonb_build_object('row', r.n, 'field', 'email',
               'reason', 'is missing, and so is any other identity: a LinkedIn URL, a phone, or a company and a name'))
           end) as errors
      from private.parse_lead_rows(import_rows.rows) as r
     cross join lateral (
       -- Compared byte by byte, which needs a fraction of what a language's order does.
       select private.dedupe_key((r.attributes).email, (r.attributes).linkedin_url,
         (r.attributes).phone, (r.attributes).company, (r.attributes).first_name,
         (r.attributes).last_name) collate "C"
        offset 0
     ) as i (identity)
  ), ranked as (
    select j.*,
           row_number() over (partition by j.errors is null, j.identity order by j.n) as occurrence
      from judged as j
  )
  -- The new ones go in by the order of their identity: imports that meet wait for each other in one order.
  select array_agg(k.attributes order by k.identity) filter (where k.errors is null and k.occurrence = 1),
         array_agg(k.attributes order by k.n) filter (where k.errors is null and k.occurrence > 1),
         count(*) filter (where k.errors is not null),
         jsonb_agg(k.errors order by k.n) filter (where k.errors is not null)
    into v_first, v_repeated, v_rejected, v_errors
    from ranked as k;

  perform private.lock_identities((campaign).agency_id, false);
  -- The first row about a lead creates it; where the lead was there, and from rows that repeat it,
  -- only its gaps are filled.
  v_created := array(select l.dedupe_key from private.insert_leads(
    import_rows.campaign, v_first, '{}', import_rows.data_source_id, import_rows.scraping_job_id) as l);
  if cardinality(v_created) < cardinality(v_first) or v_repeated is not null then
    v_updated := private.fill_leads((campaign).agency_id, array(
      select f from unnest(v_first) as f
       where private.lead_identity(f) not in (select unnest(v_created))
    ) || v_repeated);
  end if;

  return jsonb_build_object(
    'created', cardinality(v_created),
    'updated', v_updated,
    'duplicate', jsonb_array_length(import_rows.rows) - v_rejected - cardinality(v_created) - v_updated,
    'rejected', v_rejected,
    'errors', (
      select coalesce(jsonb_agg(e.error), '[]')
        from (
          select error
            from jsonb_array_elements(v_errors) as of_row (errors),
                 jsonb_array_elements(of_row.errors) as error
           limit 1000
        ) as e
    )
  );
end;
$$;

comment on function private.import_rows(public.campaigns, jsonb, uuid, uuid) is
  'The one way rows become leads, for import_leads and for jobs: new ones are created (with where they came from), rows about leads the agency has fill their gaps, bad rows are left out and named. {created, updated, duplicate, rejected, errors: [{row, field, reason}]}; rows count from 1, the first 1,000 errors are told.';
