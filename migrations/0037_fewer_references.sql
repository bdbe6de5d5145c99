-- What its writer has read in the same transaction or holds already, PostgreSQL need not look up and lock again
-- for each registration: partner, person, company, line and contact of it, the same of its claim and decision.
-- Rows of these tables are never deleted; `tandem check` and `tandem load` look (store/references.c).
alter table registration drop constraint if exists registration_partner_id_fkey;
alter table registration drop constraint if exists registration_person_id_fkey;
alter table registration drop constraint if exists registration_account_id_fkey;
alter table registration drop constraint if exists registration_product_line_id_fkey;
alter table registration drop constraint if exists registration_contact_id_fkey;
alter table protection drop constraint if exists protection_account_id_fkey;
alter table protection drop constraint if exists protection_product_line_id_fkey;
alter table protection drop constraint if exists protection_partner_id_fkey;
alter table decision drop constraint if exists decision_partner_id_fkey;
