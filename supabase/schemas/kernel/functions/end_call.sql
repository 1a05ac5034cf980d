create or replace function private.end_call(
  call private.call,
  idempotency_key text default null,
  fingerprint bytea default null
)
returns private.call
language plpgsql
volatile
security definer -- writes counters, keys and answers that nobody may write
set search_path = ''
as $$
#variable_conflict error
declare
  v_call private.call := end_call.call;
  v_key public.api_keys;
  v_limit private.counted_limit;
  v_least integer;
begin
  if end_call.idempotency_key is not null then
    insert into private.idempotency_keys as k (subject, key_hash, fingerprint, sealed_response)
    values (v_call.subject, private.hash_token(v_call.subject || ' ' || end_call.idempotency_key), end_call.fingerprint,
      extensions.encrypt(convert_to(v_call.body::text, 'UTF8'),
        private.sealing_key(v_call.subject, end_call.idempotency_key), 'aes'))
    on conflict (subject, key_hash) do update
       set fingerprint = excluded.fingerprint, sealed_response = excluded.sealed_response, created_at = now();
  end if;
  if v_call.subject like 'api\_key:%' then
    v_key := private.api_key();
    update public.api_keys as k
       set last_used_at = now()
     where k.agency_id = v_key.agency_id and k.id = v_key.id
       and (k.last_used_at is null or k.last_used_at < now() - interval '1 minute');
  end if;

  -- Last, because counters stay locked until the transaction ends. In one order everywhere (agency before
  -- user), so that two requests cannot block each other.
  foreach v_limit in array v_call.limits loop
    -- The clock is read once the counter is ours, so that waiting for it costs nobody a request.
    insert into private.rate_counters as c (class, kind, subject, tat)
    values (v_limit.class, v_limit.kind, v_limit.subject, clock_timestamp() + v_limit.step)
    on conflict on constraint rate_counters_pkey do update
       set tat = greatest(c.tat, clock_timestamp()) + v_limit.step
     where c.tat + v_limit.step <= clock_timestamp() + v_limit.period
    returning c.tat into v_limit.tat;
    if not found then
      -- Nobody has seen what was taken before this one, and with it given back nothing was.
      update private.rate_counters as c
         set tat = c.tat - l.step
        from unnest(v_call.limits) as l
       where l.kind < v_limit.kind and c.class = l.class and c.kind = l.kind and c.subject = l.subject;
      select c.tat into v_limit.tat
        from private.rate_counters as c
       where c.class = v_limit.class and c.kind = v_limit.kind and c.subject = v_limit.subject;
      v_call.limits := array[v_limit];
      return private.rate_refusal(v_call);
    end if;
    v_limit.remaining := least(v_limit.quota, floor(v_limit.quota
      * (1 - date_part('epoch', v_limit.tat - clock_timestamp()) / date_part('epoch', v_limit.period))));
    if v_least is null or v_limit.remaining < v_least then
      v_least := v_limit.remaining;
      v_call.tightest := v_limit;
    end if;
  end loop;
  return v_call;
end;
$$;

comment on function private.end_call(private.call, text, bytea) is
  'Stores the answer under its Idempotency-Key and takes one request from every limit that the call counts against. Refused, with nothing taken, where one is used up, and then the caller takes the effect back. Exact: of any number at once just as many pass as are left. Counters stay locked until the transaction ends, so it is called last.';
grant execute on function private.end_call(private.call, text, bytea) to anon, authenticated;
