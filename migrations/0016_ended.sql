-- A partner's ended registrations are counted at each decision, its running ones are counted by their claims:
-- so that a new registration, which has not ended, is spared a page.
drop index registration_partner;
create index registration_partner on registration(partner_id, state, id) where ended is not null;
