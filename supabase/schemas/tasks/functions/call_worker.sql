create or replace function private.call_worker()
returns boolean
language plpgsql
volatile
security definer -- the vault is the owner's
set search_path = ''
as $$
#variable_conflict error
declare
  v_secrets regclass := to_regclass('vault.decrypted_secrets');
  v_post regproc := to_regproc('net.http_post');
  v_url text;
  v_secret text;
  v_at text := floor(extract(epoch from clock_timestamp()))::bigint::text;
  v_body constant text := '{"wait": false}';
begin
  -- Neither is there in a database without pg_net and the vault, and then somebody else runs the worker.
  if v_secrets is null or v_post is null then
    return false;
  end if;
  execute format($q$
    select max(s.decrypted_secret) filter (where s.name = 'backline_worker_url'),
           max(s.decrypted_secret) filter (where s.name = 'backline_worker_cron_secret')
      from %s as s
     where s.name in ('backline_worker_url', 'backline_worker_cron_secret')
  $q$, v_secrets) into v_url, v_secret;
  if v_url is null or v_secret is null then
    return false;
  end if;
  execute format('select %s(url => $1, body => $2, headers => $3, timeout_milliseconds => 5000)', v_post)
    using v_url, v_body::jsonb, jsonb_build_object(
      'Content-Type', 'application/json',
      'X-Backline-Timestamp', v_at,
      -- pg_net sends the document as jsonb prints it.
      'X-Backline-Signature', encode(extensions.hmac(v_at || '.' || (v_body::jsonb)::text, v_secret, 'sha256'), 'hex'));
  return true;
end;
$$;

comment on function private.call_worker() is
  'Asks the edge function worker to run a batch, by pg_net with a signed call, where the vault has backline_worker_url and backline_worker_cron_secret. Returns whether it asked.';
