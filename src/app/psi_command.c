/*
 * tandem psi: which companies two lists have in common, without showing either (docs/mapping.md). One program
 * on each side; by HTTP with a token, or by files for exchange by mail. It needs no database.
 */
#include "app/commands.h"
#include "app/psi_task.h"
#include "base/id.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

#define TOKEN_MAX 256

static int usage_error(const char *text)
{
    fprintf(stderr, "tandem: %s\nTry: tandem psi --help\n", text);
    return EXIT_USAGE;
}

/* The first line of a file, or NULL. */
static const char *read_token(struct arena *a, const char *path)
{
    char line[TOKEN_MAX];
    FILE *f = fopen(path, "re");
    bool good = f && fgets(line, sizeof line, f);
    if (f)
        fclose(f);
    if (!good)
        return NULL;
    line[strcspn(line, "\r\n")] = 0;
    return *line ? arena_strdup(a, line) : NULL;
}

static const char *new_token(struct arena *a)
{
    unsigned char random[24];
    struct buf hex = buf_in(a, 100);
    random_bytes(random, sizeof random);
    buf_add_hex(&hex, random, sizeof random);
    return buf_str(&hex);
}

/* What was given as text; false where it is none of what is asked for. */
struct given_text {
    const char *role, *by, *agree, *least, *wait, *token_file;
};

static bool number(const char *text, int64_t standard, int64_t *out)
{
    *out = standard;
    return !text || (parse_int(text, out) && *out > 0 && *out <= PSI_MAX_SERVER);
}

static const char *read_options(struct psi_task *t, const struct given_text *g)
{
    int64_t least;
    if (!streq(g->role, "server") && !streq(g->role, "client"))
        return "--role is server (with the longer list) or client";
    t->role = streq(g->role, "server") ? PSI_SERVER : PSI_CLIENT;
    if (!t->in)
        return "--in names the list, a CSV file with a heading line";
    if (!(t->by = psi_by_parse(g->by ? g->by : "best")))
        return "--by is best, domain or name";
    if (g->agree && !streq(g->agree, "yes") && !streq(g->agree, "no") && !streq(g->agree, "ask"))
        return "--agree is ask, yes or no";
    t->agree = streq(g->agree, "yes") ? AGREE_YES : streq(g->agree, "no") ? AGREE_NO : AGREE_ASK;
    if (!number(g->least, PSI_LEAST, &least) || !number(g->wait, 1800, &t->wait_s))
        return "--least and --wait are whole numbers above 0";
    t->least = (uint32_t)least;
    if (!t->out && t->agree == AGREE_YES)
        return "--out names the file for the rows in common";
    if (!t->state && (t->role == PSI_SERVER ? !t->listen || t->connect : !t->connect || t->listen))
        return "the server needs --listen HOST:PORT, the client --connect; by mail both need --state FILE";
    if ((t->tls_cert != NULL) != (t->tls_key != NULL))
        return "--tls-cert and --tls-key go together";
    return NULL;
}

static const char *read_secret(struct psi_task *t, const char *file)
{
    const char *given = getenv("TANDEM_PSI_TOKEN");
    if (file && !(t->token = read_token(t->arena, file)))
        return "--token-file holds no token in its first line";
    if (!file && given && *given)
        t->token = given;
    if (t->token || t->state)
        return NULL;
    if (t->role == PSI_CLIENT)
        return "the client needs the server's token: --token-file FILE, or TANDEM_PSI_TOKEN";
    t->token = new_token(t->arena);
    fprintf(stderr, "Token for the other side: %s\n", t->token);
    return NULL;
}

static int run(struct psi_task *t)
{
    if (!task_read_list(t))
        return EXIT_REFUSED;
    if (t->state)
        return psi_by_files(t);
    task_begin(t);
    return t->role == PSI_SERVER ? psi_serve(t) : psi_ask(t);
}

int command_psi(int argc, char **argv)
{
    struct psi_task t = {.arena = arena_new()};
    struct given_text g = {0};
    const char *rest[1], *wrong;
    size_t n;
    int status;
    const struct cli_option options[] = {{"--role", "ROLE", "server (the longer list) or client", &g.role},
        {"--in", "LIST.csv", "companies: id, name, domain, country; found by their headings", &t.in},
        {"--out", "OVERLAP.csv", "your rows that both lists have", &t.out},
        {"--listen", "HOST:PORT", "server: where to listen", &t.listen},
        {"--connect", "HOST:PORT", "client: the server, or its https address", &t.connect},
        {"--token-file", "FILE", "the secret that both know (or TANDEM_PSI_TOKEN); the server makes one",
            &g.token_file},
        {"--tls-cert", "FILE", "server: certificate, PEM", &t.tls_cert},
        {"--tls-key", "FILE", "server: its key, PEM", &t.tls_key},
        {"--pin", "sha256//...", "client: the server's public key, as it prints it", &t.pin},
        {"--ca", "FILE", "client: trust the certificates of this file", &t.ca},
        {"--by", "RULE", "keys: best (domain, else name with country), domain, name", &g.by},
        {"--least", "N", "keys that a list has at least (100)", &g.least},
        {"--agree", "WHEN", "tell which are in common: ask, yes, no (count only)", &g.agree},
        {"--wait", "SECONDS", "how long the other side may be silent (1800)", &g.wait},
        {"--state", "FILE", "by mail: keeps the run between two messages; secret", &t.state},
        {"--message", "FILE", "by mail: the other side's message", &t.message},
        {"--reply", "FILE", "by mail: where the answer to it goes", &t.reply}, {0}};
    if (!options_read(argc, argv, "psi --role server|client --in LIST.csv --out OVERLAP.csv [OPTIONS]",
            options, rest, 0, &n, &status)) {
        arena_free(t.arena);
        return status;
    }
    wrong = read_options(&t, &g);
    if (!wrong)
        wrong = read_secret(&t, g.token_file);
    status = wrong ? usage_error(wrong) : run(&t);
    psi_end(&t.psi);
    company_list_free(&t.list);
    arena_free(t.arena);
    return status;
}
