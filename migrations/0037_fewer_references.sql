-- What a row that is written beside it refers to as well, PostgreSQL need not look up and lock again for each
-- registration: a claim and a decision are of their registration's company, line and partner, and a custom
-- value of a field that its writer has read. Rows of these tables are never deleted; `tandem check` compares.
alter table protection drop constraint if exists protection_account_id_fkey;
alter table protection drop constraint if exists protection_product_line_id_fkey;
alter table protection drop constraint if exists protection_partner_id_fkey;
alter table decision drop constraint if exists decision_partner_id_fkey;
alter table custom_value drop constraint if exists custom_value_field_id_fkey;
