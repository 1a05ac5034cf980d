create or replace function private.rate_subjects()
returns table (kind text, subject text)
language plpgsql
stable
security definer -- reads the caller's profile
set search_path = ''
as $$
#variable_conflict error
declare
  v_key public.api_keys := private.api_key();
  v_agency uuid;
begin
  if private.uid() is null and v_key.id is null then
    return query select 'ip', coalesce(trim(split_part(private.request_header('x-forwarded-for'), ',', 1)), '');
    return;
  end if;
  return query select case when v_key.id is null then 'user' else 'api_key' end,
                      coalesce(private.uid(), v_key.id)::text;
  v_agency := coalesce(v_key.agency_id, private.requested_agency(), (
    select p.active_agency_id from public.profiles as p where p.id = private.uid()));
  -- Whoever is no member must not use the agency's share up.
  if v_agency = any (private.my_agencies()) then
    return query select 'agency', v_agency::text;
  end if;
end;
$$;

comment on function private.rate_subjects() is
  'Whose limits a request counts against: the user or API key and the agency meant; before sign-in the address.';
