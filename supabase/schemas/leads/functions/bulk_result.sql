create or replace function private.bulk_result(lead_ids uuid[], done uuid[], refused jsonb default '{}')
returns jsonb
language sql
stable
set search_path = ''
as $$
  with results as (
    select distinct on (i.id) i.n, i.id, i.id = any (bulk_result.done) as ok,
           coalesce(bulk_result.refused -> i.id::text, jsonb_build_object(
             'code', 'lead_not_found', 'error', 'No lead with this id is visible to you.')) as refusal
      from unnest(bulk_result.lead_ids) with ordinality as i (id, n)
     order by i.id, i.n
  )
  select jsonb_build_object(
    'succeeded', count(*) filter (where r.ok),
    'failed', count(*) filter (where not r.ok),
    'results', jsonb_agg(jsonb_build_object('id', r.id, 'ok', r.ok)
      || case when r.ok then '{}' else r.refusal end order by r.n)
  )
    from results as r
$$;

comment on function private.bulk_result(uuid[], uuid[], jsonb) is
  'What a bulk call answers, one result for each id: {succeeded, failed, results: [{id, ok, code?, error?}]}.';
