create or replace function private.decay(age interval, half_life_days double precision)
returns numeric
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
#variable_conflict error
begin
  if half_life_days is null or age is null then
    return 1;
  end if;
  -- Six decimals are the same on every platform's floating point; after 100 half-lives none is left.
  return round(
    power(0.5::float8, least(date_part('epoch', age) / 86400 / half_life_days, 100))::numeric, 6);
end;
$$;

comment on function private.decay(interval, double precision) is
  'How much of a rule''s points is left after so long; all of it without a half-life.';
