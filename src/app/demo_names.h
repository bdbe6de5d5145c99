/* Names for the demo: companies, people and their domains, all invented, composed by country and by seed. */
#ifndef TANDEM_DEMO_NAMES_H
#define TANDEM_DEMO_NAMES_H

#include "base/arena.h"

/* A sequence that depends on its seed alone (splitmix64, Steele, Lea, Flood 2014). */
struct dice {
    uint64_t state;
};
uint64_t dice_next(struct dice *d);
/* 0 to N - 1; N at least 1. */
unsigned dice_below(struct dice *d, unsigned n);
/* LOW to HIGH, both included. */
int dice_between(struct dice *d, int low, int high);
bool dice_chance(struct dice *d, unsigned percent);
/* One of "a|b|c", copied into A. */
const char *dice_pick(struct dice *d, struct arena *a, const char *list);

/* What names of a country are made of; lists are "a|b|c". */
struct demo_country {
    const char *code, *language;
    const char *zone; /* NULL: the programme's */
    unsigned weight;  /* how many of the accounts are there, against the others */
    const char *cities;
    const char *starts, *ends; /* of a proper name */
    const char *trades;
    const char *forms;   /* legal */
    const char *publics; /* bodies with % for the proper name */
    const char *first, *last;
};
extern const struct demo_country demo_countries[];         /* ended by a NULL code */
const struct demo_country *demo_country(const char *code); /* NULL: not among them */
const struct demo_country *demo_country_any(struct dice *d);

struct demo_company {
    const char *name;  /* with its legal form */
    const char *plain; /* as people say it */
    const char *core;  /* the proper name alone */
    const char *domain, *country, *city;
};

/* What was given out already, so that nothing is given out twice. */
struct demo_taken {
    uint64_t *hashes;
    size_t n, max;
};
struct demo_taken demo_taken_new(struct arena *a, size_t max);
/* False when TEXT, folded, was there before or there is no more room. */
bool demo_take(struct demo_taken *t, struct arena *a, const char *text) MUST;

/* A company of that country with a proper name and domain that TAKEN does not hold yet. */
struct demo_company demo_company_new(
    struct arena *a, struct dice *d, struct demo_taken *taken, const struct demo_country *country);
/* A subsidiary elsewhere: the parent's proper name with the other country's words. */
struct demo_company demo_company_subsidiary(
    struct arena *a, struct dice *d, const struct demo_company *parent, const struct demo_country *country);
/* "Maya Lindqvist" */
const char *demo_person_name(struct arena *a, struct dice *d, const struct demo_country *country);
/* "maya.lindqvist@brightwater.example" */
const char *demo_email(struct arena *a, const char *name, const char *domain);

#endif
