create or replace function private.cron_next(cron text, timezone text, after timestamptz default now())
returns timestamptz
language plpgsql
stable
security invoker
set search_path = ''
as $$
#variable_conflict error
declare
  v_fields text[] := regexp_split_to_array(trim(cron_next.cron), '\s+');
  v_minutes integer[] := private.cron_field(v_fields[1], 0, 59);
  v_hours integer[] := private.cron_field(v_fields[2], 0, 23);
  v_days integer[] := private.cron_field(v_fields[3], 1, 31);
  v_months integer[] := private.cron_field(v_fields[4], 1, 12, '{jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec}');
  -- Sunday is 0 and 7.
  v_weekdays integer[] := private.cron_field(v_fields[5], 0, 7, '{sun,mon,tue,wed,thu,fri,sat}');
  -- Where both are restricted, either will do, as cron has always had it.
  v_either boolean := v_fields[3] not like '*%' and v_fields[5] not like '*%';
  v_every_hour boolean := v_fields[2] like '*%';
  v_today date;
  v_day date;
  v_next timestamptz;
begin
  if cardinality(v_fields) = 5 and v_minutes is not null and v_hours is not null and v_days is not null
    and v_months is not null and v_weekdays is not null then
    v_today := (cron_next.after at time zone cron_next.timezone)::date;
    -- Leap days may be eight years apart.
    for v_day in
      select d::date
        from generate_series(v_today::timestamp, v_today + interval '8 years 1 day', interval '1 day') as d
       where extract(month from d) = any (v_months)
         and case when v_either
                  then extract(day from d) = any (v_days) or extract(isodow from d) % 7 = any (v_weekdays)
                       or extract(isodow from d) = any (v_weekdays)
                  else extract(day from d) = any (v_days) and (extract(isodow from d) % 7 = any (v_weekdays)
                       or extract(isodow from d) = any (v_weekdays)) end
    loop
      if v_every_hour then
        -- Goes by what time passes, so that the hour that a clock repeats counts twice.
        select min(m) into v_next
          from generate_series(
            greatest(v_day::timestamp at time zone cron_next.timezone, date_trunc('minute', cron_next.after)),
            (v_day + 1)::timestamp at time zone cron_next.timezone - interval '1 minute',
            interval '1 minute') as m
         where m > cron_next.after
           and extract(hour from m at time zone cron_next.timezone) = any (v_hours)
           and extract(minute from m at time zone cron_next.timezone) = any (v_minutes);
      else
        -- Goes by the clock on the wall: once a day, also when the hour is repeated or left out.
        select min(m.at) into v_next
          from unnest(v_hours) as h
         cross join unnest(v_minutes) as n
         cross join lateral (
           select (v_day + make_time(h, n, 0)) at time zone cron_next.timezone as at
         ) as m
         where m.at > cron_next.after;
      end if;
      if v_next is not null then
        return v_next;
      end if;
    end loop;
  end if;
  raise exception using errcode = 'PT422', message = 'cron_invalid',
    detail = format('%s is no schedule of five fields (minute, hour, day, month, weekday) that ever comes about.', cron_next.cron),
    hint = 'For example */15 * * * * or 30 8 * * mon-fri.';
end;
$$;

comment on function private.cron_next(text, text, timestamptz) is
  'The first moment after another at which a cron expression fires by the clocks of a time zone, which private.require_timezone() has let pass. Error: 422 cron_invalid.';
