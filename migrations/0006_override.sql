-- Overrides: a decision that somebody wants changed, and the second person's answer.
create table override (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  registration_id integer not null references registration(id),
  partner_id integer not null references partner(id),
  was text not null,
  outcome text not null,
  days integer,
  benefit_percent real,
  reason text not null,
  asked_by integer not null references person(id),
  answered_by integer references person(id),
  answered integer,
  answer text,
  state text not null
);
create index override_registration on override(registration_id, id);
create index override_state on override(state, id);
create index override_created on override(created, id);
-- One at a time for a registration.
create unique index override_open on override(registration_id) where state = 'asked';

-- Counts for the public fairness page, by quarter (year * 4 + 0 to 3): rebuilt from the feed whenever wanted.
-- BUCKET is a time to decide (domain/fairness/buckets.h), 0 where a measure has none.
create table fairness_count (
  quarter integer not null,
  measure text not null,
  bucket integer not null,
  n integer not null,
  primary key (quarter, measure, bucket)
) without rowid;
