/* The words that the demo's names are made of. Proper names are invented; cities, trades and legal forms
 * real. */
#include "app/demo_names.h"

#define GERMAN_FIRST                                                                                         \
    "Anke|Bernd|Carla|Dietmar|Elif|Friedrich|Greta|Hanno|Ilka|Jannis|Katrin|Leonhard|Mareike|Nils|Oda|Paul|" \
    "Renate|Sven|Thea|Ulrich|Vera|Wiebke|Yannick|Mehmet|Theresa|Konrad"

const struct demo_country demo_countries[] = {
    {.code = "DE",
        .language = "de",
        .weight = 250,
        .cities = "Berlin|Hamburg|München|Köln|Stuttgart|Leipzig|Bremen|Nürnberg|Kassel|Bielefeld|Ulm|"
                  "Rostock|Mannheim|Dortmund|Karlsruhe|Augsburg",
        .starts = "Adel|Birken|Brach|Dunkel|Ellern|Fahren|Ginster|Heider|Immen|Jaster|Kalten|Krumm|Lauter|"
                  "Morgen|Nebel|Otter|Pfauen|Quellen|Raben|Sander|Schilf|Tannen|Ulmen|Wacken|Wiesen|Zeiden|"
                  "Bram|Dorn|Grauen|Hasel|Kessel|Linden|Marder|Nessel|Stern|Vogel",
        .ends = "acker|bruck|fels|furt|grund|hain|horst|kamp|krug|lohe|moor|quast|rode|stamm|steg|thal|wart|"
                "wehr|zell|brink|gart|anger|heim|hof|feldt|mark|stett",
        .trades = "Maschinenbau|Logistik|Pharma|Energie|Papier|Werkzeuge|Textil|Medizintechnik|Lebensmittel|"
                  "Spedition|Elektronik|Verpackungen|Optik|Bau|Chemie|Versicherung|Fahrzeugteile|Möbel|"
                  "Brauerei|Messtechnik|Stahl|Gebäudetechnik|Saatgut|Reisen",
        .forms = "GmbH|GmbH|GmbH|AG|GmbH & Co. KG|KG|SE|eG",
        .publics = "Stadtwerke %|Klinikum %|Landkreis %|Hochschule %|Sparkasse %|Wohnbau %|Stadt %",
        .first = GERMAN_FIRST,
        .last = "Ahlers|Brüning|Cordes|Dettmer|Eilers|Fiedler|Gathmann|Hinrichs|Iversen|Jessen|Kettler|"
                "Lohmann|Mertens|Nolte|Oelke|Petersen|Rieck|Sievers|Thoma|Uhlig|Voss|Wendt|Ziegert|Yilmaz"},
    {.code = "AT",
        .language = "de",
        .weight = 55,
        .cities = "Wien|Graz|Linz|Salzburg|Innsbruck|Klagenfurt|Wels|Dornbirn",
        .starts = "Enzian|Gams|Hoch|Kar|Lärchen|Murmel|Nock|Ober|Pinz|Rauris|Schnee|Tauern|Unter|Weit|Zirben",
        .ends = "alm|boden|egg|eck|graben|kogel|kofel|leiten|markt|schlag|spitz|stein|tal|tobel|wald",
        .trades = "Holzbau|Seilbahnen|Maschinen|Energie|Lebensmittel|Transporte|Sportartikel|Stahlbau|"
                  "Hotels|Versicherung|Kunststoffe|Pharma|Molkerei|Elektrotechnik",
        .forms = "GmbH|GmbH|GmbH|AG|GmbH & Co KG|OG",
        .publics = "Stadtwerke %|Landesklinik %|Gemeinde %|Raiffeisenkasse %",
        .first = GERMAN_FIRST,
        .last = "Aigner|Brandstätter|Doppler|Egger|Fuchs|Gruber|Haslinger|Kofler|Leitner|Moser|Pichler|"
                "Reiter|Steindl|Thaler|Wimmer"},
    {.code = "CH",
        .language = "de",
        .zone = "Europe/Zurich",
        .weight = 60,
        .cities = "Zürich|Basel|Bern|Luzern|Genève|Lausanne|Winterthur|St. Gallen",
        .starts = "Arven|Firn|Gletsch|Grat|Hubel|Jura|Kander|Matten|Neben|Rhon|Säntel|Turbach|Wyss|Zemm",
        .ends = "bühl|egg|fluh|grat|horn|kulm|matt|müli|ried|stalden|wil|wyler|zünd",
        .trades = "Uhren|Pharma|Präzisionstechnik|Versicherung|Privatbank|Schokolade|Logistik|Energie|"
                  "Bahntechnik|Optik|Handels|Treuhand|Messtechnik",
        .forms = "AG|AG|AG|GmbH|SA|Genossenschaft",
        .publics = "Kantonsspital %|Gemeinde %|Elektrizitätswerk %|Stiftung %",
        .first = "Beat|Corinne|Daniela|Fabio|Heidi|Jürg|Luca|Margrit|Noémie|Reto|Seraina|Urs|Vreni|Yves",
        .last = "Amstutz|Bieri|Caduff|Dubach|Egli|Frei|Gasser|Hürlimann|Imhof|Kälin|Lüthi|Nägeli|Odermatt|"
                "Rossi|Stucki|Zbinden"},
    {.code = "NL",
        .language = "en",
        .weight = 110,
        .cities = "Rotterdam|Amsterdam|Utrecht|Eindhoven|Groningen|Breda|Zwolle|Delft|Nijmegen|Haarlem",
        .starts = "Appel|Berken|Duin|Eiken|Gors|Haver|IJssel|Kaag|Linde|Meer|Noord|Oever|Polder|Riet|Sluis|"
                  "Turf|Veen|Wilgen|Zand|Zuider|Elzen|Brem",
        .ends = "berg|bosch|broek|donk|drecht|gaarde|hof|horst|kamp|laan|mond|oord|sloot|veld|voort|werf|"
                "wijk|woude|zijl",
        .trades = "Bouw|Zuivel|Logistiek|Installaties|Verzekeringen|Bloemen|Retail|Techniek|Transport|"
                  "Energie|Voeding|Havenbedrijf|Machines|Chemie|Zorg|Accountants",
        .forms = "B.V.|B.V.|B.V.|N.V.|Holding B.V.|Groep B.V.",
        .publics = "Gemeente %|Waterschap %|Ziekenhuis %|Hogeschool %|Stichting %",
        .first = "Anouk|Bram|Carlijn|Daan|Esmee|Floris|Geertje|Hidde|Ilse|Joost|Koen|Lotte|Maarten|Noor|"
                 "Pieter|Ruben|Sanne|Thijs|Wouter|Yara",
        .last = "van Asten|Bakker|Dekkers|van Elst|Groeneveld|Hendriks|de Jonge|Kuipers|Lammers|Meijer|"
                "Nijland|Oosterhof|Postma|de Roo|Smeets|Terpstra|Visser|Wolters|Zwart"},
    {.code = "BE",
        .language = "en",
        .weight = 45,
        .cities = "Antwerpen|Gent|Bruxelles|Liège|Leuven|Namur|Brugge|Mechelen",
        .starts = "Abeel|Beuk|Condr|Dender|Esker|Fagn|Hagel|Kempen|Leie|Mosan|Netel|Sambr|Scheld|Vesd|Zenne",
        .ends = "aert|avel|beek|court|dael|elle|egem|hove|ival|ines|kerke|mont|rode|ster|ville",
        .trades = "Brouwerij|Chocolaterie|Transport|Bouw|Pharma|Logistics|Assurances|Textiel|Foods|Diamant|"
                  "Energie|Machines",
        .forms = "NV|BV|SA|SRL|NV|BV",
        .publics = "Stad %|Intercommunale %|Hôpital %|Hogeschool %",
        .first = "Amélie|Bart|Céline|Dries|Elke|Filip|Gaëlle|Jeroen|Lien|Maxime|Nele|Olivier|Sofie|Tom",
        .last = "Aerts|Baeten|Claes|Delvaux|Everaert|Goossens|Hermans|Jacobs|Lambrecht|Maes|Noël|Peeters|"
                "Renard|Simons|Thys|Wauters"},
    {.code = "SE",
        .language = "en",
        .zone = "Europe/Stockholm",
        .weight = 60,
        .cities = "Stockholm|Göteborg|Malmö|Uppsala|Linköping|Umeå|Örebro|Västerås",
        .starts =
            "Alm|Björk|Ek|Fjäll|Grön|Hall|Holm|Järv|Kvarn|Lind|Myr|Norr|Rönn|Silver|Sten|Torp|Varg|Väst",
        .ends = "berga|bruk|by|dala|fors|hamra|hult|kulla|lunda|näs|ryd|sjö|skog|strand|sund|tuna|vik",
        .trades = "Skog|Livs|Verkstad|Energi|Logistik|Försäkring|Bygg|Papper|Fastigheter|Medicinteknik|"
                  "Rederi|Stål|Elektronik|Möbler",
        .forms = "AB|AB|AB|AB|Group AB|Holding AB",
        .publics = "% kommun|Region %|% Energi|Högskolan i %",
        .first = "Agnes|Björn|Cecilia|Elin|Fredrik|Gustav|Hanna|Ida|Johan|Kajsa|Lars|Maja|Nils|Oskar|Sigrid|"
                 "Tove|Viktor",
        .last = "Ahlgren|Bergvall|Dahlin|Ekström|Forsell|Gran|Hedlund|Isaksson|Kron|Löfgren|Malm|Nyström|"
                "Öberg|Rask|Sandell|Wik"},
    {.code = "NO",
        .language = "en",
        .zone = "Europe/Oslo",
        .weight = 45,
        .cities = "Oslo|Bergen|Trondheim|Stavanger|Tromsø|Drammen|Ålesund",
        .starts = "Bjørn|Dal|Elv|Fjell|Gran|Hav|Issl|Kvit|Lang|Nord|Raud|Sol|Stor|Tind|Vest|Ytter",
        .ends = "anger|bakk|berget|botn|eide|foss|haug|holmen|lund|mark|nes|sand|stad|sund|tun|vik|våg",
        .trades = "Sjømat|Energi|Shipping|Offshore|Bygg|Forsikring|Logistikk|Mekanikk|Bank|Havbruk|Eiendom|"
                  "Trelast",
        .forms = "AS|AS|AS|ASA|Gruppen AS",
        .publics = "% kommune|% Sykehus|% Kraftlag|% Havn",
        .first = "Astrid|Bjarne|Eirik|Frode|Guro|Håkon|Ingrid|Jon|Kari|Lars|Marit|Ola|Ragnhild|Sindre|Tuva",
        .last = "Aasen|Bakke|Dahle|Eide|Fossum|Grimstad|Haugen|Iversen|Kvam|Lund|Moen|Nygård|Rø|Solli|Tveit"},
    {.code = "DK",
        .language = "en",
        .zone = "Europe/Copenhagen",
        .weight = 45,
        .cities = "København|Aarhus|Odense|Aalborg|Esbjerg|Vejle|Kolding",
        .starts = "Ager|Bøge|Dyb|Eges|Fjord|Gran|Havre|Klint|Løvel|Mose|Nør|Ravn|Sand|Skov|Tved|Vester",
        .ends = "balle|borg|bæk|dal|gaard|holt|høj|lev|lund|mose|ager|strup|sø|torp|vang|ø",
        .trades = "Mejeri|Havne|Rederi|Vind|Møbler|Logistik|Forsikring|Bryggeri|Pharma|Elektro|Byg|Foder",
        .forms = "A/S|A/S|ApS|ApS|Holding A/S",
        .publics = "% Kommune|% Forsyning|% Sygehus|% Havn",
        .first = "Anders|Birgitte|Caspar|Ditte|Emil|Freja|Gitte|Henrik|Ida|Jeppe|Kirsten|Lasse|Mette|Rasmus",
        .last = "Andersen|Bruun|Dam|Enevoldsen|Friis|Gade|Holm|Juhl|Krogh|Lauridsen|Munk|Nørgaard|Ravn|Skov|"
                "Thygesen"},
    {.code = "FI",
        .language = "en",
        .zone = "Europe/Helsinki",
        .weight = 30,
        .cities = "Helsinki|Tampere|Turku|Oulu|Espoo|Lahti",
        .starts = "Aho|Harju|Hiekka|Ilves|Järvi|Kallio|Karhu|Kuusi|Lehto|Metsä|Niemi|Ranta|Sini|Suvi|Valko",
        .ends = "kangas|koski|lampi|linna|maa|mäki|niemi|palo|ranta|saari|salo|suo|vaara|virta",
        .trades = "Konepaja|Energia|Paperi|Logistiikka|Rakennus|Vakuutus|Elintarvike|Sähkö|Metalli|Puu",
        .forms = "Oy|Oy|Oy|Oyj",
        .publics = "% kaupunki|% sairaala|% Vesi|% Osuuskauppa",
        .first = "Aino|Eero|Heikki|Iida|Jari|Kaisa|Lauri|Minna|Olli|Päivi|Riikka|Sami|Tuomas|Veera",
        .last = "Aalto|Hakala|Ikonen|Jokela|Kinnunen|Laakso|Mattila|Nurmi|Peltola|Rautio|Salmela|Toivonen"},
    {.code = "GB",
        .language = "en",
        .zone = "Europe/London",
        .weight = 115,
        .cities = "London|Manchester|Leeds|Bristol|Glasgow|Edinburgh|Cardiff|Belfast|Norwich|Sheffield",
        .starts = "Bracken|Briar|Cold|Copper|Dun|Eldern|Garth|Hollow|Kest|Lark|Morrow|Oaken|"
                  "Penn|Raven|Row|Sable|Sorrel|Thistle|Thorn|Under|Wether|Whin|Yarrow",
        .ends = "bourne|brook|combe|croft|dale|field|garth|ham|hurst|keld|ley|low|mere|moor|quay|ridge|shaw|"
                "stead|thwaite|wick|wold",
        .trades = "Foods|Insurance|Logistics|Energy|Engineering|Retail|Housing|Water|Textiles|Packaging|"
                  "Marine|Pharma|Rail|Hotels|Brewing|Publishing|Optics|Ceramics",
        .forms = "Ltd|Ltd|Ltd|plc|Group plc|Holdings Ltd|LLP",
        .publics = "% Council|% NHS Trust|University of %|% Housing Association|% Water",
        .first = "Alice|Benedict|Callum|Deborah|Edwin|Fiona|Gareth|Harriet|Imran|Joan|Kwame|Lydia|Marcus|"
                 "Nisha|Owen|Priya|Rhys|Sophie|Tobias|Winifred",
        .last = "Ashdown|Barlow|Chaudhry|Dunmore|Ellery|Fairclough|Gillan|Hathersage|Ingram|Kerr|Lockwood|"
                "Mensah|Northcott|Okoro|Pemberton|Rutherglen|Sharma|Thackeray|Underhill|Wray"},
    {.code = "IE",
        .language = "en",
        .zone = "Europe/Dublin",
        .weight = 30,
        .cities = "Dublin|Cork|Galway|Limerick|Kilkenny|Sligo",
        .starts = "Ard|Bally|Carrig|Clon|Derry|Ennis|Glen|Inish|Kil|Knock|Lis|Mullin|Rath|Slieve|Tully",
        .ends = "arra|beg|brack|cool|curra|dara|fennan|garve|keel|league|magh|more|nagh|rosk|sallagh|tavan",
        .trades = "Dairy|Foods|Pharma|Insurance|Logistics|Energy|Construction|Medical|Marine|Aviation",
        .forms = "Ltd|DAC|plc|Ltd",
        .publics = "% County Council|% Hospital|% Credit Union|% Institute",
        .first = "Aoife|Brendan|Ciara|Declan|Eimear|Fergal|Gráinne|Niamh|Oisín|Róisín|Séamus|Tadhg",
        .last =
            "Brannigan|Clery|Devane|Fahy|Geraghty|Hanratty|Keaveney|Lally|Mulqueen|Noone|Rafferty|Tierney"},
    {.code = "FR",
        .language = "en",
        .zone = "Europe/Paris",
        .weight = 60,
        .cities = "Paris|Lyon|Lille|Nantes|Toulouse|Bordeaux|Strasbourg|Rennes|Grenoble",
        .starts = "Aubr|Bell|Cast|Chant|Dom|Esp|Font|Gran|Lav|Mar|Mont|Noir|Orv|Per|Roch|Sauv|Tourn|Val|Vern",
        .ends = "acourt|ance|audières|avel|elais|elys|eraie|erolles|ignac|imont|ival|oise|onnay|oré|oux|urel",
        .trades = "Pharma|Assurances|Logistique|Énergie|Agroalimentaire|Textile|Optique|Hôtels|Industries|"
                  "Transports|Bâtiment|Cosmétiques|Vignobles|Électronique",
        .forms = "SA|SAS|SAS|SARL|SAS",
        .publics = "Ville de %|Centre hospitalier de %|Université de %|Mutuelle %",
        .first = "Adèle|Baptiste|Camille|Damien|Élodie|Fabrice|Gaspard|Hélène|Inès|Jules|Lucie|Mathis|Odile|"
                 "Quentin|Rachid|Solène",
        .last = "Aubertin|Bonnard|Chevallier|Delmas|Ferrand|Garnault|Huret|Joubert|Lacombe|Marchal|Noiret|"
                "Poirel|Rivoire|Sauvage|Tissot|Vidal"},
    {.code = "ES",
        .language = "en",
        .zone = "Europe/Madrid",
        .weight = 35,
        .cities = "Madrid|Barcelona|Valencia|Sevilla|Bilbao|Zaragoza|Málaga",
        .starts = "Alm|Barran|Carb|Don|Esc|Fuen|Gual|Hern|Jar|Ler|Mol|Navar|Olm|Peñ|Quint|Sal|Torr|Vald|Zarz",
        .ends = "adera|agosa|amera|anillo|arvera|edilla|eguera|elosa|erón|estal|iruela|obera|osilla|uera",
        .trades = "Logística|Alimentación|Energía|Seguros|Cerámicas|Textil|Construcciones|Farmacéutica|"
                  "Aceites|Hoteles|Transportes|Bodegas",
        .forms = "S.A.|S.L.|S.L.|S.L.U.",
        .publics = "Ayuntamiento de %|Hospital de %|Universidad de %|Cooperativa %",
        .first = "Álvaro|Beatriz|Carmen|Diego|Elena|Fermín|Gloria|Hugo|Irene|Jorge|Lucía|Manuel|Nuria|Pilar",
        .last = "Almagro|Barrios|Cifuentes|Durán|Esteban|Fonseca|Gallardo|Herrero|Izquierdo|Lozano|Montero|"
                "Navas|Quiroga|Robles|Salcedo|Vidal"},
    {.code = "IT",
        .language = "en",
        .zone = "Europe/Rome",
        .weight = 35,
        .cities = "Milano|Torino|Bologna|Roma|Verona|Genova|Napoli|Firenze",
        .starts = "Alb|Bor|Cast|Dol|Fior|Gav|Lam|Mont|Nov|Ort|Pont|Riv|Sant|Tor|Val|Ver|Zan",
        .ends =
            "abruna|agnano|alunga|arossa|aspina|avera|ellato|erigo|icella|inaldo|olengo|omonte|onara|ucchio",
        .trades =
            "Alimentari|Ceramiche|Meccanica|Assicurazioni|Tessuti|Logistica|Energia|Arredi|Farmaceutici|"
            "Vini|Macchine|Ottica",
        .forms = "S.p.A.|S.r.l.|S.r.l.|S.p.A.",
        .publics = "Comune di %|Ospedale di %|Università di %|Consorzio %",
        .first =
            "Alessia|Bruno|Chiara|Davide|Elisa|Fabio|Giulia|Ilaria|Lorenzo|Marta|Nicola|Paola|Sergio|Viola",
        .last = "Arcuri|Bellandi|Cattaneo|Donati|Fabbri|Galli|Lombardi|Marchetti|Orsini|Pagani|Riva|Sartori|"
                "Tosi|Vitale"},
    {.code = "PL",
        .language = "en",
        .zone = "Europe/Warsaw",
        .weight = 30,
        .cities = "Warszawa|Kraków|Wrocław|Poznań|Gdańsk|Łódź|Katowice",
        .starts = "Brzoz|Dąbr|Gniewk|Jarz|Klon|Lesz|Łęk|Modrz|Ols|Piask|Rokit|Sosn|Świerk|Topol|Wilcz|Zagórz",
        .ends = "anka|elin|ewo|nica|nik|owice|owiec|owiny|ówka|sko|yce|yna",
        .trades =
            "Logistyka|Energia|Spożywcze|Ubezpieczenia|Budownictwo|Maszyny|Meble|Farmacja|Stal|Opakowania",
        .forms = "Sp. z o.o.|Sp. z o.o.|S.A.|Sp. k.",
        .publics = "Gmina %|Szpital %|Politechnika %|Wodociągi %",
        .first =
            "Agata|Bartosz|Celina|Dominik|Ewa|Grzegorz|Hanna|Jakub|Kinga|Łukasz|Magda|Oskar|Paulina|Wojciech",
        .last =
            "Adamczak|Borowik|Cieślak|Dudek|Filipiak|Górska|Janik|Kubiak|Lis|Matuszak|Ochman|Pawlik|Rogala|"
            "Sadowska"},
    {.code = "US",
        .language = "en",
        .zone = "America/Chicago",
        .weight = 60,
        .cities = "Chicago|Denver|Boston|Austin|Seattle|Atlanta|Columbus|Portland|Phoenix|Minneapolis",
        .starts = "Amber|Bristle|Cedar|Cinder|Copper|Cotton|Drift|Ember|Flint|Gravel|Juniper|Lantern|Maple|"
                  "Pinyon|Prairie|Quarry|Saddle|Tallow|Timber|Willow",
        .ends =
            "bend|bluff|bridge|crest|creek|fall|field|fork|gate|glen|grove|haven|line|mere|mill|point|ridge|"
            "rock|run|shore|view",
        .trades = "Freight|Insurance|Health|Foods|Energy|Manufacturing|Retail|Financial|Hospitality|"
                  "Pharmaceuticals|Aerospace|Outfitters|Semiconductors|Credit",
        .forms = "Inc.|Inc.|LLC|Corp.|Holdings Inc.|Co.",
        .publics = "% County|% School District|% University|% Medical Center",
        .first =
            "Alicia|Brandon|Carmen|Derek|Elaine|Frank|Grace|Hector|Irene|Jamal|Keiko|Lamar|Monica|Nathan|"
            "Olivia|Rashid|Tessa|Victor",
        .last = "Abernathy|Blackwood|Castellano|Delacroix|Eastman|Fitzhugh|Granger|Hollis|Iverson|Kowalski|"
                "Lindgren|Maddox|Novak|Ortega|Pruitt|Ramsey|Stoddard|Whitaker"},
    {0},
};
