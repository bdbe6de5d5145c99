-- Account mapping: lists of companies that two sides lay over one another, and who may see what of it.
create table population (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  name text not null,
  partner_id integer references partner(id),
  kind text not null,
  source text not null,
  state text not null,
  file_name text,
  row_count integer not null,
  keyless integer not null,
  doubled integer not null,
  progress integer not null,
  matched integer,
  message text,
  person_id integer references person(id),
  again integer not null default 0,
  upload integer,
  part integer not null default 0,
  owner text,
  owner_until integer
);
create index population_created on population(created, id);
create index population_partner on population(partner_id, id);

create table population_share (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  population_id integer not null references population(id),
  partner_id integer references partner(id),
  with_vendor integer not null,
  with_partner_id integer references partner(id),
  with_domain text,
  level text not null,
  fields text,
  may_export integer not null,
  state text not null
);
create index population_share_created on population_share(created, id);
create index population_share_population on population_share(population_id, id);

-- Its rows. They have no events: the file that they come from is their owner's, and a list of a million would
-- be all that the feed has. What one is (identity) and what it says (digest) are hashes.
create table population_row (
  id integer primary key,
  population_id integer not null references population(id),
  identity integer not null,
  digest integer not null,
  changed integer not null,
  external_id text,
  name text,
  domain text,
  country text,
  city text,
  owner text,
  stage text
);
create unique index population_row_identity on population_row(population_id, identity);
create index population_row_changed on population_row(population_id, id) where changed = 1;

-- Hashes of the whole keys of engine/match, by which a row's likes are found in other populations.
create table population_key (
  hash integer not null,
  population_id integer not null,
  row_id integer not null,
  primary key (hash, population_id, row_id)
) without rowid;

-- One row for each side that may know of it, with nothing but what that side may see.
create table overlap (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  partner_id integer,
  count_id integer not null,
  population_id integer not null,
  row_id integer not null,
  other_population_id integer not null,
  other_row_id integer not null,
  other_partner_id integer,
  shown integer not null,
  may_export integer not null,
  name text not null,
  with_name text not null,
  with_population text not null,
  other_name text,
  other_domain text,
  other_country text,
  other_city text,
  other_owner text,
  other_stage text,
  evidence text,
  score integer not null
);
create index overlap_created on overlap(created, id);
create index overlap_count_rows on overlap(count_id, row_id);
create index overlap_population on overlap(population_id, id);
create unique index overlap_rows on overlap(row_id, other_row_id);
create index overlap_other on overlap(other_population_id, other_row_id);

create table overlap_count (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  partner_id integer,
  population_id integer not null references population(id),
  other_population_id integer not null references population(id),
  other_partner_id integer,
  with_name text not null,
  with_population text not null,
  with_kind text not null,
  level text not null,
  may_export integer not null,
  matches integer
);
create unique index overlap_count_pair on overlap_count(population_id, other_population_id);
create index overlap_count_other on overlap_count(other_population_id);
create index overlap_count_created on overlap_count(created, id);

create table mapping_look (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  who text not null,
  what text not null,
  kind text not null,
  matches integer,
  until integer not null,
  state text not null,
  person_id integer not null references person(id),
  partner_id integer references partner(id),
  owner_partner_id integer references partner(id),
  count_id integer not null,
  other_population_id integer not null references population(id)
);
create index mapping_look_created on mapping_look(created, id);
create index mapping_look_until on mapping_look(state, until, id);
create index mapping_look_person on mapping_look(person_id, state, count_id);
