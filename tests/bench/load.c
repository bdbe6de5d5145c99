/*
 * Loads a running server and prints lines "name value":
 *     bench-load register WORKLOAD SECONDS CLIENTS PORT[,PORT]   registrations by the mix below
 *     bench-load races WORKLOAD ROUNDS CLIENTS PORT[,PORT]       one company at once, differently spelt
 *     bench-load READING WORKLOAD SECONDS CLIENTS PORT           one of the readings below
 *     bench-load idle WORKLOAD CONNECTIONS CLIENTS PORT          new requests while others do nothing
 * BENCH_SERVER: process id(s) of the server, whose processor time is told too.
 */
#include "tests/bench/client.h"
#include "tests/bench/workload.h"

#include "base/text.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

struct run {
    struct workload w;
    const char *mode;
    int64_t until_us, began_us;
    uint64_t random, fresh, last; /* FRESH: the next company that nobody knows */
    uint64_t sent, statuses[600];
    struct histogram latency;
    uint64_t approved, review, declined;
    /* races */
    int64_t rounds_left;
    uint64_t company;
    size_t winners, holds, answered;
    uint64_t double_winners, no_winners;
};

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "bench-load: %s\n", what);
    exit(1);
}

/* xorshift64* (Vigna 2016). */
static uint64_t draw(struct run *r, uint64_t below)
{
    r->random ^= r->random >> 12;
    r->random ^= r->random << 25;
    r->random ^= r->random >> 27;
    return (r->random * UINT64_C(2685821657736338717) >> 11) % below;
}

static void read_workload(const char *path, struct workload *w)
{
    char name[32], value[64];
    FILE *f = fopen(path, "re");
    *w = (struct workload){0};
    if (!f)
        die("the workload file cannot be read");
    while (fscanf(f, "%31s %63s", name, value) == 2) {
        if (streq(name, "product_line"))
            snprintf(w->product_line, sizeof w->product_line, "%s", value);
        else if (!parse_int(value, streq(name, "accounts")   ? &w->accounts
                                   : streq(name, "partners") ? &w->partners
                                                             : &w->protections))
            die("the workload file is malformed");
    }
    fclose(f);
}

/* ---- registrations ---- */

struct wish {
    char company[WORKLOAD_TEXT], domain[WORKLOAD_TEXT];
    const char *country;
};

static void upper(char *s)
{
    for (; *s; s++)
        if (*s >= 'a' && *s <= 'z')
            *s = (char)(*s - 'a' + 'A');
}

/* Without its legal form, in capitals: how somebody types it who only heard the name. */
static void sloppy(char *company)
{
    char *space = strrchr(company, ' ');
    if (space)
        *space = 0;
    upper(company);
}

/*
 * 50 % known domain (half of it typed instead of the name), 20 % new, 20 % a known name without domain, 10 %
 * accounts that another partner holds; 1 % of all is the account of the request before, which is still on its
 * way.
 */
static void draw_wish(struct run *r, struct wish *w)
{
    uint64_t free_accounts = (uint64_t)(r->w.accounts - r->w.protections), what = draw(r, 100), i;
    bool again = draw(r, 100) == 0;
    if (what < 50 || (what >= 70 && what < 90))
        i = (uint64_t)r->w.protections + draw(r, free_accounts);
    else if (what < 70)
        i = r->fresh++;
    else
        i = draw(r, (uint64_t)r->w.protections);
    if (again)
        i = r->last;
    r->last = i;
    workload_company(i, w->company);
    workload_domain(i, w->domain);
    w->country = workload_country(i);
    if (again)
        return;
    if (what < 25) {
        memcpy(w->company, w->domain, sizeof w->company);
        w->domain[0] = 0;
    } else if (what >= 70 && what < 90) {
        sloppy(w->company);
        w->domain[0] = 0;
    }
}

static void write_registration(struct run *r, struct connection *c, const struct wish *w, uint64_t amount)
{
    char token[WORKLOAD_TEXT], headers[200], domain[WORKLOAD_TEXT + 16] = "", body[1024];
    workload_token(1 + draw(r, (uint64_t)r->w.partners), token);
    snprintf(headers, sizeof headers, "Authorization: Bearer %s\r\n", token);
    if (w->domain[0])
        snprintf(domain, sizeof domain, "\"domain\":\"%s\",", w->domain);
    snprintf(body, sizeof body,
        "{\"company\":\"%s\",%s\"country\":\"%s\",\"product_line_id\":\"%s\",\"amount\":%llu,"
        "\"close_month\":\"2027-03\",\"relationship\":\"We met at their site in March and drew up a plan.\","
        "\"custom\":{\"sector\":\"%s\"}}",
        w->company, domain, w->country, r->w.product_line, (unsigned long long)amount,
        amount % 2 ? "public" : "private");
    request_write(c, "/api/v1/registrations", headers, body);
}

static bool next_registration(void *ctx, struct connection *c)
{
    struct run *r = ctx;
    struct wish w;
    if (now_us() >= r->until_us)
        return false;
    draw_wish(r, &w);
    write_registration(r, c, &w, 5000 + draw(r, 30000));
    return true;
}

static void count(struct run *r, const struct reply *reply)
{
    r->sent++;
    r->statuses[reply->status > 0 && reply->status < 600 ? reply->status : 0]++;
    histogram_add(&r->latency, reply->took_us);
    r->approved += strstr(reply->body, "\"status\":\"approved\"") != NULL;
    r->review += strstr(reply->body, "\"status\":\"review\"") != NULL;
    r->declined += strstr(reply->body, "\"status\":\"declined\"") != NULL;
}

static void done_counting(void *ctx, struct connection *c, const struct reply *reply)
{
    (void)c;
    count(ctx, reply);
}

/* ---- races: everybody registers the same company at the same time ---- */

static bool next_of_race(void *ctx, struct connection *c)
{
    struct run *r = ctx;
    struct wish w;
    if (c->tag == r->rounds_left)
        return false; /* has had its turn */
    c->tag = r->rounds_left;
    workload_company(r->company, w.company);
    workload_domain(r->company, w.domain);
    w.country = workload_country(r->company);
    switch (c->number % 4) {
    case 0: w.domain[0] = 0; break;
    case 1: upper(w.company); break;
    case 2: sloppy(w.company); break;
    default: break;
    }
    if (c->number % 4 == 2)
        w.domain[0] = 0;
    write_registration(r, c, &w, 9000);
    return true;
}

static void done_of_race(void *ctx, struct connection *c, const struct reply *reply)
{
    struct run *r = ctx;
    (void)c;
    count(r, reply);
    r->winners += strstr(reply->body, "\"status\":\"approved\"") != NULL;
    r->holds += strstr(reply->body, "\"status\":\"review\"") != NULL;
}

static void races(struct run *r, struct client *cl, int64_t rounds)
{
    for (r->rounds_left = rounds; r->rounds_left > 0; r->rounds_left--) {
        r->company = r->fresh++;
        r->winners = r->holds = 0;
        client_run(cl);
        r->double_winners += r->winners > 1;
        r->no_winners += r->winners == 0 && r->holds == 0;
    }
    printf("races %lld\ndouble_winners %llu\nno_winners %llu\n", (long long)rounds,
        (unsigned long long)r->double_winners, (unsigned long long)r->no_winners);
}

/* ---- reading ---- */

static const char list_of_registrations[] =
    "/api/v1/registrations?state=approved&limit=50&fields=company,partner_id,state,amount,custom";
static const struct {
    const char *mode, *path;
    enum { NOBODY, TOKEN, SESSION } as;
    enum { VENDOR, FIRST_PARTNER, ANY_PARTNER } whose;
} reads[] = {
    {"get", "/healthz", NOBODY, VENDOR}, {"list", list_of_registrations, TOKEN, VENDOR},
    {"page", "/register", SESSION, ANY_PARTNER}, {"finder", "/cosell-chances", SESSION, VENDOR},
    {"board", "/pipeline", SESSION, VENDOR}, {"partner-board", "/pipeline", SESSION, FIRST_PARTNER},
    {"pipeline", "/pipeline", SESSION, ANY_PARTNER}, {"deals", "/opportunities", SESSION, ANY_PARTNER},
    {"touchpoints", "/touchpoints", SESSION, ANY_PARTNER},
    {"ask", NULL, TOKEN, VENDOR}, /* posts {} to BENCH_PATH */
};

static bool next_read(void *ctx, struct connection *c)
{
    struct run *r = ctx;
    char secret[WORKLOAD_TEXT], headers[200] = "";
    size_t i = 0;
    while (i < COUNT(reads) && !streq(r->mode, reads[i].mode))
        i++;
    if (i == COUNT(reads))
        die("no such mode");
    uint64_t whose = reads[i].whose == VENDOR          ? 0
                     : reads[i].whose == FIRST_PARTNER ? 1
                                                       : 1 + draw(r, (uint64_t)r->w.partners);
    if (now_us() >= r->until_us)
        return false;
    if (reads[i].as == SESSION) {
        workload_session(whose, secret);
        snprintf(headers, sizeof headers, "Cookie: tandem=%s\r\n", secret);
    } else if (reads[i].as == TOKEN) {
        workload_token(whose, secret);
        snprintf(headers, sizeof headers, "Authorization: Bearer %s\r\n", secret);
    }
    if (reads[i].path)
        request_write(c, reads[i].path, headers, NULL);
    else
        request_write(c, getenv("BENCH_PATH"), headers, "{}");
    return true;
}

/* ---- the server's processor time, by thread ---- */

static double thread_seconds(const char *stat)
{
    unsigned long user = 0, kernel = 0;
    const char *p = strrchr(stat, ')');
    if (p)
        sscanf(p, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel);
    return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

static double server_seconds(void)
{
    const char *list = getenv("BENCH_SERVER");
    double sum = 0;
    while (list && *list) {
        char path[64], text[1024];
        long pid = strtol(list, (char **)(uintptr_t)&list, 10);
        snprintf(path, sizeof path, "/proc/%ld/stat", pid);
        FILE *f = fopen(path, "re");
        size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
        text[n] = 0;
        sum += thread_seconds(text);
        if (f)
            fclose(f);
        list += strspn(list, ", ");
    }
    return sum;
}

static void print(const struct run *r, double cpu_seconds)
{
    double seconds = (double)(now_us() - r->began_us) / 1e6, n = (double)r->latency.n;
    printf("requests %llu\nrate %.0f\np50_ms %.2f\np99_ms %.2f\nmax_ms %.1f\n",
        (unsigned long long)r->latency.n, n / seconds, histogram_ms(&r->latency, 0.5),
        histogram_ms(&r->latency, 0.99), (double)r->latency.max_us / 1000);
    if (cpu_seconds > 0)
        printf("cpu_us %.0f\n", cpu_seconds / n * 1e6);
    for (size_t i = 0; i < COUNT(r->statuses); i++)
        if (r->statuses[i])
            printf("http_%zu %llu\n", i, (unsigned long long)r->statuses[i]);
    if (r->approved + r->review + r->declined)
        printf("approved %llu\nreview %llu\ndeclined %llu\n", (unsigned long long)r->approved,
            (unsigned long long)r->review, (unsigned long long)r->declined);
}

/* ---- the whole ---- */

static int64_t number(const char *text)
{
    int64_t n;
    if (!parse_int(text, &n) || n < 1)
        die("a number is needed");
    return n;
}

static size_t read_ports(const char *list, unsigned ports[8])
{
    size_t n = 0;
    for (char *end; *list && n < 8; list = end + (*end == ','))
        ports[n++] = (unsigned)strtoul(list, &end, 10);
    return n;
}

int main(int argc, char **argv)
{
    static struct run r;
    unsigned ports[8];
    if (argc != 6)
        die("usage: register|races|READING WORKLOAD SECONDS|ROUNDS CLIENTS PORT[,PORT]");
    r.mode = argv[1];
    read_workload(argv[2], &r.w);
    int64_t much = number(argv[3]);
    bool racing = streq(r.mode, "races"), writing = streq(r.mode, "register");
    struct load load = {.ports = ports,
        .n_connections = (size_t)number(argv[4]),
        .n_ports = read_ports(argv[5], ports),
        .next = racing    ? next_of_race
                : writing ? next_registration
                          : next_read,
        .done = racing ? done_of_race : done_counting,
        .ctx = &r};
    /* Companies that no run before has made known. */
    r.random = (uint64_t)now_us() * UINT64_C(0x9E3779B97F4A7C15) | 1;
    r.fresh = (uint64_t)r.w.accounts + draw(&r, 40000) * 1000;
    struct client *cl = client_new(&load);
    if (!cl)
        die("the server does not answer");
    double cpu = server_seconds();
    r.began_us = now_us();
    r.until_us = r.began_us + much * 1000000;
    if (racing)
        races(&r, cl, much);
    else
        client_run(cl);
    print(&r, server_seconds() - cpu);
    client_free(cl);
    return 0;
}
