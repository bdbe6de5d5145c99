/* As import_key() makes them: folded, without spaces and signs. English and German, as CRMs export them. */
#include "domain/import/headings.h"

const struct import_words line_words[] = {
    {"name", WORDS("product", "productline", "productname", "line", "produkt", "produktlinie", "produktname",
                 "artikel", "bezeichnung")},
    {"active", WORDS("aktiv", "isactive", "enabled")},
    {"external_id", WORDS("id", "productid", "productcode", "sku", "code", "produktid", "produktnummer",
                        "artikelnummer", "externeid")},
    {0}};

const struct import_words person_words[] = {
    {"name", WORDS("fullname", "salesagent", "agent", "salesrep", "rep", "owner", "ownername", "user",
                 "username", "employee", "contact", "mitarbeiter", "vertriebsmitarbeiter", "vertriebler",
                 "inhaber", "besitzer", "vollstandigername", "person")},
    {"email", WORDS("emailaddress", "mail", "mailadresse", "emailadresse", "owneremail", "useremail")},
    {"role", WORDS("rolle", "userrole", "profile", "funktion")},
    {"partner_id", WORDS("partner", "partnername", "partnerfirma", "company", "firma", "unternehmen")},
    {"phone", WORDS("telephone", "phonenumber", "mobile", "telefon", "telefonnummer", "mobil", "rufnummer")},
    {"language", WORDS("sprache", "locale")}, {"zone", WORDS("timezone", "zeitzone")}, {0}};

const struct import_words account_words[] = {
    {"name",
        WORDS("account", "accountname", "company", "companyname", "organization", "organisation", "customer",
            "customername", "firma", "firmenname", "unternehmen", "unternehmensname", "kunde", "kundenname")},
    {"domain", WORDS("website", "web", "url", "homepage", "companydomain", "companydomainname", "internet",
                   "webseite", "internetadresse", "domane")},
    {"country", WORDS("land", "billingcountry", "countrycode", "countryregion", "officelocation",
                    "landercode", "staat")},
    {"industry", WORDS("branche", "sector", "industrie", "wirtschaftszweig", "vertical")},
    {"city", WORDS("town", "billingcity", "ort", "stadt", "sitz")},
    {"aliases",
        WORDS("alias", "othername", "formername", "aka", "weiterenamen", "anderenamen", "fruherername")},
    {"parent_id",
        WORDS("parent", "parentaccount", "parentcompany", "parentname", "subsidiaryof", "ultimateparent",
            "mutter", "muttergesellschaft", "mutterkonzern", "mutterfirma", "konzern", "tochtervon")},
    {"owner_id",
        WORDS("owner", "accountowner", "ownername", "owneremail", "salesagent", "salesrep", "accountmanager",
            "inhaber", "besitzer", "kundenbetreuer", "betreuer", "verantwortlich", "zustandig")},
    {"status", WORDS("accountstatus", "kontostatus")},
    {"contract_until", WORDS("contractend", "contractenddate", "vertragsende", "vertragbis")},
    {"external_id", WORDS("id", "accountid", "crmid", "recordid", "companyid", "customerid", "customernumber",
                        "accountnumber", "kundennummer", "kundennr", "kontonummer", "externeid",
                        "firmennummer", "debitor", "debitorennummer")},
    {0}};

const struct import_words partner_words[] = {
    {"name", WORDS("partner", "partnername", "company", "companyname", "firma", "firmenname", "unternehmen")},
    {"domain", WORDS("website", "web", "url", "homepage", "webseite", "domane")},
    {"country", WORDS("land", "countrycode", "billingcountry", "landercode", "staat")},
    {"types", WORDS("type", "partnertype", "partnertypes", "typ", "partnertyp", "art")},
    {"tier", WORDS("level", "partnertier", "partnerlevel", "stufe", "partnerstufe", "status")},
    {"territories", WORDS("territory", "region", "regions", "gebiet", "gebiete")},
    {"manager_id",
        WORDS("manager", "partnermanager", "channelmanager", "owner", "betreuer", "partnerbetreuer")},
    {"parent_id", WORDS("parent", "parentpartner", "parentcompany", "distributor", "muttergesellschaft")},
    {"external_id", WORDS("id", "partnerid", "partnernumber", "crmid", "partnernummer", "externeid")}, {0}};

const struct import_words opportunity_words[] = {
    {"name", WORDS("opportunityname", "deal", "dealname", "title", "subject", "chance", "verkaufschance",
                 "titel", "betreff", "thema")},
    {"account_id", WORDS("account", "accountname", "accountid", "company", "companyname", "associatedcompany",
                       "customer", "customername", "firma", "firmenname", "kunde", "kundenname",
                       "unternehmen", "kundennummer")},
    {"product_line_id", WORDS("product", "productname", "productline", "productfamily", "produkt",
                            "produktname", "produktlinie", "artikel")},
    {"owner_id", WORDS("owner", "ownername", "owneremail", "opportunityowner", "dealowner", "salesagent",
                     "salesrep", "rep", "inhaber", "besitzer", "vertriebler", "vertriebsmitarbeiter",
                     "verantwortlich", "bearbeiter")},
    {"state", WORDS("status", "dealstage", "stage", "stagename", "salesstage", "phase", "verkaufsphase",
                  "stufe", "zustand")},
    {"stage", WORDS("dealstage", "stagename", "salesstage", "phase", "verkaufsphase", "stufe", "status")},
    {"amount", WORDS("closevalue", "dealvalue", "dealamount", "value", "revenue", "totalamount", "betrag",
                   "wert", "umsatz", "auftragswert", "volumen", "summe")},
    {"currency", WORDS("currencycode", "currencyisocode", "wahrung")},
    {"engaged", WORDS("engagedate", "createdate", "createddate", "created", "opened", "opendate", "startdate",
                    "erstellt", "erstelltam", "angelegt", "angelegtam", "beginn", "eroffnet")},
    {"closed", WORDS("closedate", "closingdate", "enddate", "abschluss", "abschlussdatum", "geschlossen",
                   "abgeschlossen", "abgeschlossenam")},
    {"last_activity", WORDS("lastactivity", "lastactivitydate", "lastmodified", "lastmodifieddate",
                          "letzteaktivitat", "geandertam")},
    {"external_id", WORDS("id", "opportunityid", "dealid", "crmid", "recordid", "opportunitynumber",
                        "externeid", "vorgangsnummer", "chancennummer")},
    {0}};

const struct import_words certification_words[] = {
    {"partner_id", WORDS("partner", "partnername", "partnerid", "firma", "company")},
    {"product_line_id", WORDS("product", "productline", "produkt", "produktlinie")},
    {"people", WORDS("certifiedpeople", "count", "number", "personen", "anzahl", "zertifiziertepersonen")},
    {"expires", WORDS("expiry", "expirydate", "validuntil", "ablauf", "gultigbis", "lauftab")}, {0}};

const struct import_words rate_words[] = {
    {"currency", WORDS("currencycode", "quotecurrency", "symbol", "wahrung", "wahrungscode")},
    {"day", WORDS("date", "validfrom", "since", "datum", "tag", "gultigab")},
    {"rate", WORDS("exchangerate", "value", "price", "kurs", "wechselkurs", "obsvalue")}, {0}};

const struct import_words touchpoint_words[] = {
    {"happened", WORDS("date", "time", "day", "at", "when", "datum", "zeit", "tag", "wann", "zeitpunkt")},
    {"kind", WORDS("type", "activity", "activitytype", "was", "art", "typ", "aktivitat")},
    {"partner_id", WORDS("partner", "partnername", "partnerid", "firma")},
    {"person_id", WORDS("person", "contact", "email", "partnercontact", "kontakt", "ansprechpartner")},
    {"account_id", WORDS("account", "accountname", "customer", "company", "kunde", "unternehmen")},
    {"opportunity_id", WORDS("opportunity", "opportunityid", "deal", "dealid", "verkaufschance")},
    {"channel", WORDS("medium", "via", "kanal")},
    {"evidence",
        WORDS("note", "notes", "description", "subject", "notiz", "beschreibung", "beleg", "betreff")},
    {"origin", WORDS("id", "externalid", "activityid", "recordid", "externeid")}, {0}};

const struct import_words contract_words[] = {
    {"account_id", WORDS("account", "accountname", "customer", "customername", "company", "kunde",
                       "kundenname", "firma", "unternehmen")},
    {"product_line_id",
        WORDS("product", "productname", "subscription", "plan", "produkt", "produktlinie", "abo")},
    {"amount", WORDS("arr", "acv", "annualamount", "amountperyear", "value", "jahresbetrag", "betragprojahr",
                   "betrag", "wert")},
    {"currency", WORDS("currencycode", "currencyisocode", "wahrung")},
    {"starts", WORDS("start", "startdate", "contractstart", "begins", "beginn", "vertragsbeginn", "von")},
    {"ends", WORDS("end", "enddate", "contractend", "renewaldate", "expires", "ende", "vertragsende", "bis",
                 "laufzeitende")},
    {"auto_renew", WORDS("autorenewal", "autorenews", "renewsautomatically", "automatischeverlangerung")},
    {"notice_days", WORDS("notice", "noticeperiod", "kundigungsfrist", "kundigungsfristtage")},
    {"partner_id", WORDS("partner", "partnerofrecord", "reseller", "partnername", "wiederverkaufer")},
    {"owner_id", WORDS("owner", "renewalowner", "accountmanager", "csm", "verantwortlich", "betreuer")},
    {"external_id",
        WORDS("id", "contractid", "contractnumber", "subscriptionid", "vertragsnummer", "externeid")},
    {0}};

const struct import_words usage_words[] = {
    {"account_id", WORDS("account", "accountname", "customer", "company", "kunde", "unternehmen")},
    {"product_line_id", WORDS("product", "productname", "produkt", "produktlinie")},
    {"metric", WORDS("meter", "unit", "measure", "kennzahl", "einheit", "metrik")},
    {"month", WORDS("period", "date", "monat", "zeitraum", "datum")},
    {"quantity", WORDS("usage", "used", "value", "amount", "count", "menge", "verbrauch", "nutzung", "wert")},
    {0}};

const struct import_words satisfaction_words[] = {
    {"account_id", WORDS("account", "accountname", "customer", "company", "kunde", "unternehmen")},
    {"product_line_id", WORDS("product", "productname", "produkt", "produktlinie")},
    {"kind", WORDS("type", "survey", "metric", "art", "typ", "umfrage")},
    {"score", WORDS("rating", "value", "answer", "bewertung", "punkte", "wert")},
    {"day", WORDS("date", "answered", "when", "datum", "tag")},
    {"words", WORDS("comment", "comments", "text", "feedback", "kommentar", "anmerkung")},
    {"said_by", WORDS("contact", "respondent", "person", "name", "email", "kontakt", "ansprechpartner")},
    {"external_id", WORDS("id", "responseid", "answerid", "antwortid", "externeid")}, {0}};

const struct import_words lead_words[] = {
    {"company", WORDS("account", "accountname", "companyname", "organization", "organisation", "name",
                    "firma", "firmenname", "unternehmen", "kunde")},
    {"domain", WORDS("website", "web", "url", "homepage", "companydomain", "webseite", "internetadresse")},
    {"country", WORDS("land", "countrycode", "countryregion", "staat")},
    {"contact_name", WORDS("contact", "contactperson", "fullname", "person", "kontakt", "ansprechpartner")},
    {"contact_email", WORDS("email", "mail", "emailaddress", "contactemail", "emailadresse")},
    {"contact_phone", WORDS("phone", "phonenumber", "mobile", "telefon", "telefonnummer")},
    {"product_line_id", WORDS("product", "productline", "productinterest", "produkt", "produktlinie")},
    {"need",
        WORDS("needs", "description", "notes", "message", "comments", "bedarf", "beschreibung", "nachricht")},
    {"industry", WORDS("sector", "branche")},
    {"size", WORDS("employees", "companysize", "mitarbeiter", "groesse")},
    {"language", WORDS("preferredlanguage", "sprache")},
    {"source", WORDS("leadsource", "origin", "herkunft", "quelle")},
    {"referrer_id", WORDS("referrer", "referredby", "partner", "broughtby", "vermittler")},
    {"consent", WORDS("optin", "marketingconsent", "einwilligung")},
    {"owner_id", WORDS("owner", "leadowner", "ownername", "owneremail", "inhaber", "betreuer")},
    {"external_id", WORDS("id", "leadid", "crmid", "recordid", "externeid")}, {0}};
