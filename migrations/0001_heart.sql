-- The heart: programme, people, partners, accounts, registrations, the feed and the log.
-- Written in SQLite's words (store/store.h says what they become on PostgreSQL). Times are microseconds UTC,
-- dates days since 1970, money minor units, booleans 0 and 1. Every noun has id, version, created, updated.

create table programme_version (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  number integer not null unique,
  hash text not null,
  document text not null,
  published_by integer,
  note text
);

create table person (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  name text not null,
  email text not null unique,
  role text not null,
  partner_id integer,
  phone text,
  language text not null,
  zone text,
  state text not null,
  last_seen integer
);
create index person_partner on person(partner_id, id);

create table partner (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  name text not null,
  domain text,
  country text not null,
  types text,
  tier text not null,
  territories text,
  standing text not null,
  manager_id integer references person(id),
  parent_id integer references partner(id),
  external_id text unique
);
create index partner_name on partner(name, id);
create index partner_tier on partner(tier, id);
create index partner_manager on partner(manager_id, id);

create table product_line (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  name text not null unique,
  active integer not null,
  external_id text unique
);

create table certification (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  partner_id integer not null references partner(id),
  product_line_id integer not null references product_line(id),
  people integer not null,
  expires integer,
  unique (partner_id, product_line_id)
);

create table account (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  name text not null,
  domain text,
  country text,
  city text,
  aliases text,
  parent_id integer references account(id),
  owner_id integer references person(id),
  status text not null,
  contract_until integer,
  external_id text unique,
  source text not null
);
create index account_name on account(name, id);
create index account_parent on account(parent_id);
create index account_created on account(created, id);
create index account_owner on account(owner_id, id);

-- By which a company is found again: engine/match makes the keys, several to an account. What an account's keys
-- are follows from its row; there is no index the other way, which would double the cost of a large import.
create table account_key (
  key text not null,
  account_id integer not null,
  primary key (key, account_id)
) without rowid;

create table opportunity (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  name text not null,
  account_id integer references account(id),
  product_line_id integer references product_line(id),
  owner_id integer references person(id),
  state text not null,
  stage text,
  amount integer,
  currency text,
  engaged integer,
  closed integer,
  last_activity integer,
  external_id text unique
);
create index opportunity_account on opportunity(account_id, state);
create index opportunity_created on opportunity(created, id);
create index opportunity_state on opportunity(state, id);

create table registration (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  partner_id integer not null references partner(id),
  person_id integer not null references person(id),
  account_id integer references account(id),
  company text not null,
  domain text,
  country text not null,
  product_line_id integer not null references product_line(id),
  amount integer not null,
  currency text not null,
  close_month integer not null,
  relationship text,
  state text not null,
  rule text,
  protected_until integer,
  benefit_percent real,
  queue text,
  review_due integer,
  decided integer,
  decided_by integer references person(id),
  reason text,
  contact_id integer references person(id)
);
create index registration_partner on registration(partner_id, state, id);
create index registration_created on registration(created, id);
create index registration_partner_created on registration(partner_id, created, id);
create index registration_account on registration(account_id, product_line_id);
create index registration_review on registration(state, review_due, id);
create index registration_until on registration(protected_until, id);

-- Every decision on a registration, in order: by the rules first, then by people. Append-only.
create table decision (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  registration_id integer not null references registration(id),
  partner_id integer not null references partner(id),
  outcome text not null,
  rule text,
  programme_number integer not null,
  rules_hash text not null,
  facts text not null,
  evidence text not null,
  decided_by integer references person(id),
  reason text,
  protected_until integer,
  commitment text not null
);
create index decision_registration on decision(registration_id, id);
create index decision_partner on decision(partner_id, created);

-- Who holds an account for a product line. The partial index is the second wall of exclusivity.
create table protection (
  id integer primary key,
  account_id integer not null references account(id),
  product_line_id integer not null references product_line(id),
  registration_id integer not null references registration(id),
  partner_id integer not null references partner(id),
  state text not null check (state in ('hold', 'live', 'closed')),
  until integer not null,
  created integer not null
);
create unique index protection_exclusive on protection(account_id, product_line_id) where state <> 'closed';
create index protection_registration on protection(registration_id);
create index protection_open on protection(partner_id, state);
create index protection_until on protection(state, until);

-- Custom fields and their values.
create table custom_field (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  noun text not null,
  name text not null,
  label text not null,
  kind text not null,
  options text,
  required integer not null,
  partner_sees integer not null,
  partner_sets integer not null,
  unique (noun, name)
);
create table custom_value (
  noun text not null,
  row_id integer not null,
  field_id integer not null references custom_field(id),
  text text,
  num real,
  primary key (noun, row_id, field_id)
) without rowid;
create index custom_value_text on custom_value(field_id, text, row_id);
create index custom_value_num on custom_value(field_id, num, row_id);

-- Search: folded words of the searchable fields; scope is 0 for the vendor, the partner's id for its own rows,
-- -1 for what any partner may find within its scope. Which words a row has follows from the row.
create table search_token (
  noun text not null,
  scope integer not null,
  token text not null,
  row_id integer not null,
  primary key (noun, scope, token, row_id)
) without rowid;

-- Sign-in. Secrets are kept as hashes only.
create table session (
  hash blob primary key,
  person_id integer not null references person(id),
  created integer not null,
  last_seen integer not null,
  expires integer not null
);
create index session_person on session(person_id);
create table magic_link (
  hash blob primary key,
  person_id integer not null references person(id),
  created integer not null,
  expires integer not null,
  used integer
);
create table token (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  name text not null,
  hash blob not null unique,
  person_id integer not null references person(id),
  scopes text not null,
  expires integer,
  state text not null
);
create index token_person on token(person_id, id);

create table idempotency (
  token_id integer not null,
  verb text not null,
  key text not null,
  body_hash blob not null,
  result_id integer,
  result text,
  created integer not null,
  primary key (token_id, verb, key)
);
create index idempotency_created on idempotency(created);

-- Mail goes out after the commit; a job sends it and may run twice.
create table mail (
  id integer primary key,
  recipient text not null,
  subject text not null,
  body text not null,
  created integer not null,
  sent integer,
  attempts integer not null,
  next_try integer not null,
  error text
);
create index mail_waiting on mail(sent, next_try);

-- What a partner asked without registering; operations sees who probes.
create table account_check (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  person_id integer not null references person(id),
  partner_id integer not null references partner(id),
  company text not null,
  answer text not null
);
create index account_check_person on account_check(person_id, created);
create index account_check_partner on account_check(partner_id, created);
create index account_check_created on account_check(created, id);

-- Imports: staged rows are validated before the first is applied; a crash goes on where it was.
create table import_run (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  kind text not null,
  file_name text not null,
  mapping text not null,
  policy text not null,
  state text not null,
  rows_total integer not null,
  rows_good integer not null,
  rows_bad integer not null,
  rows_applied integer not null,
  rows_made integer not null,
  rows_changed integer not null,
  person_id integer not null references person(id),
  message text,
  -- What only its worker knows: the file's headings and what its columns look like; the last line dealt with
  -- (null: nothing is left to do); whether rows or parents are written; who works on it, and until when.
  columns text,
  position integer,
  pass integer,
  owner text,
  owner_until integer
);
create index import_run_created on import_run(created, id);
create table import_row (
  run_id integer not null references import_run(id),
  line integer not null,
  cells text not null,
  error text,
  primary key (run_id, line)
);
create index import_row_bad on import_row(run_id, line) where error is not null;

-- The feed: what happened, in one gap-free order. The audit tree commits to every row.
create table event (
  seq integer primary key,
  at integer not null,
  noun text not null,
  row_id integer not null,
  verb text not null,
  actor_id integer not null,
  partner_id integer,
  partner_sees integer not null,
  payload text not null,
  salt blob not null
);
create index event_row on event(noun, row_id, seq);
create index event_partner on event(partner_id, seq);

-- The transparency log: what each leaf commits to.
create table log_leaf (
  leaf_index integer primary key,
  event_seq integer not null,
  noun text not null,
  row_id integer not null,
  statement text not null,
  salt blob not null
);
create index log_leaf_row on log_leaf(noun, row_id);

-- Both trees as tiles of 256 hashes; the last of a level is partial and rewritten as it fills.
create table tile (
  tree text not null,
  level integer not null,
  tile_index integer not null,
  hashes blob not null,
  primary key (tree, level, tile_index)
);
create table tree_head (
  tree text primary key,
  size integer not null,
  root blob not null,
  checkpoint text not null,
  signed integer not null
);

-- Where followers of the feed stand (search, columns, mail), and settings that are not the programme's.
create table setting (
  name text primary key,
  value text not null
);
