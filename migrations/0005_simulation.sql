-- Simulations: a programme document replayed over the past; only the cases that it decides otherwise are kept.

create table simulation (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  name text not null,
  version_number integer,
  draft_id integer,
  document text,
  hash text not null,
  against integer not null,
  period_from integer not null,
  period_to integer not null,
  state text not null,
  progress integer not null,
  cases integer not null,
  changed integer not null,
  person_id integer not null references person(id),
  finished integer,
  sums text,
  message text,
  -- What only its worker knows: how many cases it stored (null: nothing is left to do); who works on it, and
  -- until when.
  position integer,
  owner text,
  owner_until integer
);
create index simulation_created on simulation(created, id);
create index simulation_state on simulation(state, id);

create table simulation_case (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  simulation_id integer not null references simulation(id),
  registration_id integer not null references registration(id),
  partner_id integer not null references partner(id),
  company text not null,
  decided integer not null,
  amount integer,
  outcome_before text not null,
  rule_before text not null,
  outcome_after text not null,
  rule_after text not null,
  effect text not null,
  cause text not null,
  fact text,
  cause_id integer references registration(id),
  percent_before real,
  percent_after real,
  days_before integer,
  days_after integer,
  waited_hours real,
  became text not null,
  weight integer not null,
  decision_id integer not null references decision(id),
  facts_before text,
  facts_after text
);
create index simulation_case_weight on simulation_case(simulation_id, weight, id);
create index simulation_case_partner on simulation_case(simulation_id, partner_id);
create index simulation_case_registration on simulation_case(registration_id);
create index simulation_case_created on simulation_case(created, id);
