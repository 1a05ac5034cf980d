create or replace function private.begin_call(
  rate_class text,
  idempotency_key text,
  fingerprint bytea
)
returns private.call
language plpgsql
volatile
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
  v_limit private.counted_limit;
  v_call private.call;
begin
  if private.is_service() then
    v_call.subject := 'service';
    v_call.limits := array[]::private.counted_limit[];
  else
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
      select row(l.class, l.kind, s.subject, l.quota, l.period, l.period / l.quota, c.tat, null)::private.counted_limit
        from private.rate_limits as l
       cross join lateral (select case l.kind when 'agency' then v_agency else v_subject end as subject) as s
        left join private.rate_counters as c on c.class = l.class and c.kind = l.kind and c.subject = s.subject
       where l.class = begin_call.rate_class and l.kind in ('agency', v_kind) and s.subject is not null
       order by l.kind
    );
    foreach v_limit in array v_call.limits loop
      -- GCRA: `tat` is the moment at which all that was used is paid back.
      if v_limit.tat + v_limit.step > clock_timestamp() + v_limit.period then
        return private.rate_refusal(v_call);
      end if;
    end loop;
  end if;
  if begin_call.idempotency_key is not null or v_call.subject is null or cardinality(v_call.limits) = 0 then
    return private.answer_early(v_call, begin_call.rate_class, begin_call.idempotency_key, begin_call.fingerprint);
  end if;
  return v_call;
end;
$$;

comment on function private.begin_call(text, text, bytea) is
  'A call that begins: who makes it (the user, the API key, before sign-in the address) and how far the limits it counts against are used, theirs and those of the agency meant; without locks, and the secret key has no limits. Without a status the procedure has to run; else it is answered: a limit is used up, or what answer_early finds.';
grant execute on function private.begin_call(text, text, bytea) to anon, authenticated;
