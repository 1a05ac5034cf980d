create or replace function private.oldest_delta()
returns interval
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
begin
  return coalesce(
    now() - (select d.at from private.lead_metric_deltas as d order by d.id limit 1), interval '0');
end;
$$;

comment on function private.oldest_delta() is 'How long the oldest change of the figures has waited to be folded in.';
