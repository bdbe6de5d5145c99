-- After the sale: what a page asks for comes out of one index, in the order in which its list shows it.

-- At an account: contracts that run, partners that are active or once resold.
create index contract_account_ends on contract(account_id, state, ends);
drop index customer_partner_account;
create index customer_partner_account on customer_partner(account_id, state, created, id);
create index customer_partner_reseller on customer_partner(account_id, product_line_id, partner_id, id)
  where role = 'resell';

-- Contracts are listed by their end, usage by its month, answers by their day, partners at customers newest first.
drop index contract_line;
create index contract_line on contract(product_line_id, ends, id);
drop index contract_forecast;
create index contract_forecast on contract(forecast, ends, id);
drop index usage_line;
create index usage_line on usage(product_line_id, month, id);
drop index satisfaction_line;
create index satisfaction_line on satisfaction(product_line_id, day, id) where product_line_id is not null;
drop index satisfaction_kind;
create index satisfaction_kind on satisfaction(kind, day, id);
drop index customer_partner_partner;
create index customer_partner_partner on customer_partner(partner_id, state, created, id);
create index customer_partner_partner_created on customer_partner(partner_id, created, id);
drop index customer_partner_line;
create index customer_partner_line on customer_partner(product_line_id, created, id);
drop index customer_partner_role;
create index customer_partner_role on customer_partner(role, created, id);
drop index customer_partner_state;
create index customer_partner_state on customer_partner(state, created, id);
