create or replace function private.rate_allowance(class text)
returns private.call
language plpgsql
stable
security definer -- reads the caller's profile and membership, and counters that nobody may read
set search_path = ''
as $$
#variable_conflict error
declare
  v_user uuid := private.uid();
  v_requested uuid;
  v_key public.api_keys;
  v_kind text;
  v_subject text;
  v_agency text;
  v_call private.call;
begin
  if private.is_service() then
    v_call.subject := 'service';
    v_call.limits := '{}';
    return v_call;
  end if;
  if v_user is not null then
    v_kind := 'user';
    v_subject := v_user;
    v_requested := private.requested_agency();
    -- Whoever is no member must not use the agency's share up.
    select m.agency_id into v_agency
      from public.memberships as m
     where m.user_id = v_user and m.status = 'active'
       and m.agency_id = coalesce(v_requested, (select p.active_agency_id from public.profiles as p where p.id = v_user));
  else
    v_key := private.api_key();
    if v_key.id is not null then
      v_kind := 'api_key';
      v_subject := v_key.id;
      v_agency := v_key.agency_id;
    end if;
  end if;
  v_call.subject := v_kind || ':' || v_subject;
  if v_kind is null then
    v_kind := 'ip';
    v_subject := coalesce(trim(split_part(private.request_header('x-forwarded-for'), ',', 1)), '');
  end if;

  v_call.limits := array(
    select row(l.class, l.kind, s.subject, l.quota, l.period, (
             -- GCRA: `tat` is the moment at which all that was used is paid back.
             select c.tat - clock_timestamp()
               from private.rate_counters as c
              where c.class = l.class and c.kind = l.kind and c.subject = s.subject
           ))::private.counted_limit
      from private.rate_limits as l
     cross join lateral (select case l.kind when 'agency' then v_agency else v_subject end as subject) as s
     where l.class = rate_allowance.class and l.kind in ('agency', v_kind) and s.subject is not null
     order by l.kind
  );
  return v_call;
end;
$$;

comment on function private.rate_allowance(text) is
  'A call that begins: who makes it (the user, the API key, before sign-in the address) and how far the limits it counts against are used, theirs and those of the agency meant. Reads without locks; the secret key has no limits.';
