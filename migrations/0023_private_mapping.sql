-- Private mappings: runs of engine/psi on a list of this programme, with a program of the other side. "saved" is
-- the run between two messages with its secret, and is emptied when the run is over; "step" counts messages.
create table private_run (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  name text not null,
  population_id integer not null references population(id),
  partner_id integer not null references partner(id),
  side text not null,
  state text not null,
  key_rule text not null,
  own_keys integer,
  other_keys integer,
  matches integer,
  until integer not null,
  person_id integer not null references person(id),
  other_person_id integer references person(id),
  step integer not null default 0,
  saved blob
);
create index private_run_created on private_run(created, id);
create index private_run_until on private_run(state, until, id);
create index private_run_partner on private_run(partner_id, id);
create index private_run_population on private_run(population_id, id);

-- The rows of the list that are on both, once both sides agreed.
create table private_match (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  run_id integer not null references private_run(id),
  partner_id integer references partner(id),
  name text not null,
  domain text,
  country text
);
create index private_match_run on private_match(run_id, id);
create index private_match_created on private_match(created, id);
