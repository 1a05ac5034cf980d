begin;
create temporary table expected (cron text, timezone text, after timestamptz, next timestamptz);
-- 2026-01-01 is a Thursday.
insert into expected values
  ('* * * * *', 'UTC', '2026-01-01 00:00:30Z', '2026-01-01 00:01:00Z'),
  ('* * * * *', 'UTC', '2026-01-01 00:01:00Z', '2026-01-01 00:02:00Z'),
  ('*/15 * * * *', 'UTC', '2026-01-01 00:46:00Z', '2026-01-01 01:00:00Z'),
  ('5/20 * * * *', 'UTC', '2026-01-01 00:30:00Z', '2026-01-01 00:45:00Z'),
  ('10-20/5 */6 * * *', 'UTC', '2026-01-01 00:20:00Z', '2026-01-01 06:10:00Z'),
  ('30 8 * * mon-fri', 'UTC', '2026-01-02 09:00:00Z', '2026-01-05 08:30:00Z'),
  ('0 0 * * 7', 'UTC', '2026-01-01 00:00:00Z', '2026-01-04 00:00:00Z'),
  ('0 0 * * SUN', 'UTC', '2026-01-01 00:00:00Z', '2026-01-04 00:00:00Z'),
  ('0 0 * * 5-7', 'UTC', '2026-01-03 12:00:00Z', '2026-01-04 00:00:00Z'),
  ('0 12 1,15 * *', 'UTC', '2026-01-01 12:00:00Z', '2026-01-15 12:00:00Z'),
  ('0 0 31 * *', 'UTC', '2026-01-31 00:00:00Z', '2026-03-31 00:00:00Z'),
  ('0 0 13 * fri', 'UTC', '2026-01-02 00:00:00Z', '2026-01-09 00:00:00Z'),
  ('0 0 13 * fri', 'UTC', '2026-01-09 00:00:00Z', '2026-01-13 00:00:00Z'),
  ('0 0 29 2 *', 'UTC', '2026-01-01 00:00:00Z', '2028-02-29 00:00:00Z'),
  ('0 0 29 2 *', 'UTC', '2096-02-29 00:00:00Z', '2104-02-29 00:00:00Z'),
  ('0 6 1 jan,jul *', 'UTC', '2026-01-01 06:00:00Z', '2026-07-01 06:00:00Z'),
  ('0 9 * * *', 'Europe/Lisbon', '2026-07-01 08:30:00Z', '2026-07-02 08:00:00Z'),
  ('0 9 * * *', 'Asia/Kolkata', '2026-07-01 00:00:00Z', '2026-07-01 03:30:00Z'),
  ('0 0 * * mon', 'Pacific/Auckland', '2026-07-05 00:00:00Z', '2026-07-05 12:00:00Z'),
  -- Clocks go forward from 01:59:59 to 03:00:00 in Berlin on 2026-03-29, and back from 02:59:59 to 02:00:00 on 2026-10-25.
  ('30 2 * * *', 'Europe/Berlin', '2026-03-28 12:00:00Z', '2026-03-29 01:30:00Z'),
  ('30 2 * * *', 'Europe/Berlin', '2026-03-29 01:30:00Z', '2026-03-30 00:30:00Z'),
  ('30 2 * * *', 'Europe/Berlin', '2026-10-24 12:00:00Z', '2026-10-25 01:30:00Z'),
  ('30 2 * * *', 'Europe/Berlin', '2026-10-25 01:30:00Z', '2026-10-26 01:30:00Z'),
  ('30 * * * *', 'Europe/Berlin', '2026-10-25 00:00:00Z', '2026-10-25 00:30:00Z'),
  ('30 * * * *', 'Europe/Berlin', '2026-10-25 00:30:00Z', '2026-10-25 01:30:00Z'),
  ('30 * * * *', 'Europe/Berlin', '2026-03-29 00:30:00Z', '2026-03-29 01:30:00Z');
create temporary table invalid (cron text);
insert into invalid values (''), ('* * * *'), ('* * * * * *'), ('60 * * * *'), ('* 24 * * *'), ('* * 0 * *'), ('* * 32 * *'), ('* * * 13 *'),
  ('* * * * 8'), ('*/0 * * * *'), ('5-1 * * * *'), ('a * * * *'), ('* * * foo *'), ('1,,2 * * * *'), ('-1 * * * *'), ('@daily'), ('0 0 30 2 *'), (null);
select plan((select count(*)::integer from expected) + (select count(*)::integer from invalid) + 1);
select is(private.cron_next(cron, timezone, after), next, format('%s in %s after %s', cron, timezone, after)) from expected;
select throws_ok(format('select private.cron_next(%L, ''UTC'')', cron), 'PT422', 'cron_invalid', format('%s is none', cron)) from invalid;
select throws_ok($$ select private.cron_next('* * * * *', 'Mars/Olympus') $$, 'PT422', 'timezone_unknown', 'time zones are known ones');
select * from finish();
rollback;
