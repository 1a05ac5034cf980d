create or replace function private.rate_subjects()
returns table (kind text, subject text)
language plpgsql
stable
security definer -- reads the caller's profile and membership
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid := private.uid();
  v_key public.api_keys;
  v_agency uuid;
begin
  if v_user is not null then
    -- Whoever is no member must not use the agency's share up.
    select m.agency_id into v_agency
      from public.memberships as m
     where m.user_id = v_user and m.status = 'active'
       and m.agency_id = coalesce(private.requested_agency(), (
         select p.active_agency_id from public.profiles as p where p.id = v_user));
    return query select 'user', v_user::text
      union all select 'agency', v_agency::text where v_agency is not null;
    return;
  end if;
  v_key := private.api_key();
  if v_key.id is null then
    return query select 'ip', coalesce(trim(split_part(private.request_header('x-forwarded-for'), ',', 1)), '');
    return;
  end if;
  return query select 'api_key', v_key.id::text
    union all select 'agency', v_key.agency_id::text;
end;
$$;

comment on function private.rate_subjects() is
  'Whose limits a request counts against: the user or API key and the agency meant; before sign-in the address.';
