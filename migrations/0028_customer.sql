-- After the sale: contracts, which partner does what at a customer, usage by month, satisfaction. A renewal is the end of
-- a contract: how it came out is the contract's state, and the next one names it in renews_id.
create table contract (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  name text not null,
  account_id integer not null references account(id),
  product_line_id integer not null references product_line(id),
  amount integer not null,
  currency text not null,
  starts integer not null,
  ends integer not null,
  auto_renew integer not null,
  notice_days integer not null,
  partner_id integer references partner(id),
  owner_id integer references person(id),
  state text not null,
  forecast text,
  expected integer,
  signs text,
  closed integer,
  reason text,
  renews_id integer references contract(id),
  external_id text unique,
  partner_since integer,
  previous_partner_id integer references partner(id),
  look_due integer
);
create index contract_due on contract(state, look_due, id);
create index contract_ends on contract(state, ends, id);
create index contract_end on contract(ends, id);
create index contract_account on contract(account_id, product_line_id, state);
create index contract_partner on contract(partner_id, state, ends);
create index contract_partner_end on contract(partner_id, ends, id);
create index contract_owner on contract(owner_id, state, ends);
create index contract_line on contract(product_line_id, id);
create index contract_renews on contract(renews_id) where renews_id is not null;
create index contract_previous_partner on contract(previous_partner_id) where previous_partner_id is not null;
create index contract_signs on contract(state, ends, id) where signs is not null;
create index contract_forecast on contract(forecast, id);
create index contract_created on contract(created, id);

create table customer_partner (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  name text not null,
  account_id integer not null references account(id),
  product_line_id integer not null references product_line(id),
  partner_id integer not null references partner(id),
  role text not null,
  since integer not null,
  until integer,
  reason text,
  state text not null
);
create index customer_partner_account on customer_partner(account_id, product_line_id, state);
create unique index customer_partner_once on customer_partner(account_id, product_line_id, partner_id, role)
  where state = 'active';
create index customer_partner_partner on customer_partner(partner_id, state, id);
create index customer_partner_line on customer_partner(product_line_id, id);
create index customer_partner_role on customer_partner(role, id);
create index customer_partner_state on customer_partner(state, id);
create index customer_partner_created on customer_partner(created, id);

create table usage (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  account_id integer not null references account(id),
  product_line_id integer not null references product_line(id),
  metric text not null,
  month integer not null,
  quantity real not null
);
create unique index usage_once on usage(account_id, product_line_id, metric, month);
create index usage_line on usage(product_line_id, id);
create index usage_month on usage(month, id);
create index usage_created on usage(created, id);

create table satisfaction (
  id integer primary key, version integer not null, created integer not null, updated integer not null,
  account_id integer not null references account(id),
  product_line_id integer references product_line(id),
  kind text not null,
  score integer not null,
  day integer not null,
  words text,
  said_by text,
  external_id text unique
);
create index satisfaction_account on satisfaction(account_id, day, id);
create index satisfaction_line on satisfaction(product_line_id, id) where product_line_id is not null;
create index satisfaction_day on satisfaction(day, id);
create index satisfaction_kind on satisfaction(kind, id);
create index satisfaction_created on satisfaction(created, id);
