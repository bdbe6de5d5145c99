-- Dated exchange rates: units of CURRENCY for one unit of BASE, the programme's currency, from DAY on.
create table currency_rate (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  currency text not null,
  base text not null,
  day integer not null,
  rate real not null check (rate > 0),
  unique (currency, base, day)
);
create index currency_rate_day on currency_rate(day, id);
create index currency_rate_created on currency_rate(created, id);
