#include "app/metrics.h"

#include "app/key_file.h"
#include "base/time.h"

#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#define DUE_MAX 10000 /* counted no further */

static void head(struct buf *b, const char *name, const char *type, const char *help)
{
    buf_addf(b, "# HELP tandem_%s %s\n# TYPE tandem_%s %s\n", name, help, name, type);
}

static void single(struct buf *b, const char *name, const char *type, const char *help, double value)
{
    head(b, name, type, help);
    buf_addf(b, "tandem_%s %.17g\n", name, value);
}

/* ---- requests */

static void write_statuses(struct buf *b, const struct http_counts *n)
{
    head(b, "http_requests_total", "counter", "Requests answered, by kind of address and class of status.");
    for (size_t r = 0; site_routes[r]; r++)
        for (int s = 2; s < 6; s++)
            buf_addf(b, "tandem_http_requests_total{route=\"%s\",status=\"%dxx\"} %" PRIu64 "\n",
                site_routes[r], s, n->routes[r].by_status[s]);
}

static void write_latency(struct buf *b, const char *route, const struct http_route_counts *r)
{
    uint64_t below = 0;
    for (size_t i = 0; i <= HTTP_BUCKETS; i++) {
        below += r->buckets[i];
        if (i < HTTP_BUCKETS)
            buf_addf(b, "tandem_http_request_seconds_bucket{route=\"%s\",le=\"%g\"} %" PRIu64 "\n", route,
                http_bucket_seconds[i], below);
    }
    buf_addf(b,
        "tandem_http_request_seconds_bucket{route=\"%s\",le=\"+Inf\"} %" PRIu64 "\n"
        "tandem_http_request_seconds_sum{route=\"%s\"} %.6f\n"
        "tandem_http_request_seconds_count{route=\"%s\"} %" PRIu64 "\n",
        route, below, route, (double)r->us / 1e6, route, below);
}

static void write_http(struct buf *b, struct http_server *server)
{
    struct http_counts n = http_counts(server);
    write_statuses(b, &n);
    head(b, "http_request_seconds", "histogram", "From the whole request to its answer.");
    for (size_t r = 0; site_routes[r]; r++)
        write_latency(b, site_routes[r], &n.routes[r]);
    single(b, "http_refused_total", "counter",
        "Requests and connections refused before anybody looked at them.", (double)n.refused);
    single(b, "http_shed_total", "counter", "Idle connections closed to make room.", (double)n.shed);
    single(b, "http_connections", "gauge", "Open connections.", (double)n.connections);
    single(b, "http_connections_idle", "gauge", "Open connections that ask nothing.", (double)n.idle);
    single(b, "http_queue_length", "gauge", "Requests and answers that wait for a worker.", (double)n.queued);
}

/* ---- writing */

static void write_committer(struct buf *b, struct committer *committer)
{
    struct committer_counts n = committer_counts(committer);
    single(b, "committer_groups_total", "counter", "Transactions of writing verbs.", (double)n.groups);
    single(b, "committer_verbs_total", "counter", "Writing verbs run.", (double)n.verbs);
    single(b, "committer_refused_total", "counter", "Writing verbs refused.", (double)n.refused);
    single(b, "committer_retried_total", "counter", "Writing verbs run again singly.", (double)n.retried);
    single(
        b, "committer_broken_total", "counter", "Writing verbs that the database failed.", (double)n.broken);
    single(b, "committer_queue_length", "gauge", "Writing verbs that somebody waits for.", (double)n.waiting);
    single(b, "committer_background_length", "gauge", "Writing verbs that nobody waits for.",
        (double)n.background);
}

/* ---- what waits in the database */

static enum status count(
    struct db *db, struct arena *a, int64_t *out, const char *sql, const struct value *args, size_t n)
{
    struct rows rows;
    TRY(db_query(db, a, &rows, sql, args, n));
    *out = rows.n ? cell_int(&rows, 0, 0) : 0;
    return OK;
}

static enum status write_clocks(struct buf *b, struct db *db, struct arena *a, struct instant now)
{
    head(b, "clocks_due", "gauge",
        "Rows whose time has come and whose verb has not run, by clock; at most 10000.");
    for (const struct clock *const *k = tandem_clocks; *k; k++) {
        const char *noun = (*k)->verb->noun->name;
        struct value args[2] = {v_text((*k)->state), v_int(now.us)};
        int64_t due;
        TRY(count(db, a, &due,
            arena_printf(a,
                "select count(*) from (select id from %s where state = $1 and %s < $2 limit %d) d", noun,
                (*k)->due, DUE_MAX),
            args, COUNT(args)));
        buf_addf(b, "tandem_clocks_due{clock=\"%s\"} %" PRId64 "\n", (*k)->name, due);
    }
    return OK;
}

static enum status write_jobs(struct buf *b, struct db *db, struct arena *a, struct instant now)
{
    head(b, "job_waiting", "gauge", "Whether a job finds something to do that nobody works on.");
    for (const struct job_kind *const *k = tandem_jobs; *k; k++) {
        struct value args[3] = {v_text("metrics"), v_int(now.us), v_int(0)};
        int64_t id;
        TRY(count(db, a, &id, (*k)->next, args, COUNT(args)));
        buf_addf(b, "tandem_job_waiting{job=\"%s\"} %d\n", (*k)->name, id != 0);
    }
    return OK;
}

static enum status write_mail(struct buf *b, struct db *db, struct arena *a, struct instant now)
{
    struct value args[1] = {v_int(now.us)};
    int64_t waiting, due;
    TRY(count(db, a, &waiting, "select count(*) from mail where sent is null", NULL, 0));
    TRY(count(db, a, &due, "select count(*) from mail where sent is null and next_try <= $1", args, 1));
    single(b, "mail_waiting", "gauge", "Letters not sent yet.", (double)waiting);
    single(b, "mail_due", "gauge", "Of them: those whose next try is due.", (double)due);
    return OK;
}

static enum status write_trees(struct buf *b, struct db *db, struct arena *a)
{
    static const char *const trees[] = {"log", "audit"};
    head(b, "tree_size", "gauge", "Entries of the transparency log and of the audit tree.");
    for (size_t i = 0; i < COUNT(trees); i++) {
        struct tree_head tree;
        TRY(tree_head_read(db, a, trees[i], &tree));
        buf_addf(b, "tandem_tree_size{tree=\"%s\"} %" PRIu64 "\n", trees[i], tree.size);
    }
    return OK;
}

static enum status write_rows(struct buf *b, struct db *db, struct arena *a)
{
    struct instant now = instant_now();
    TRY(write_trees(b, db, a));
    TRY(write_mail(b, db, a, now));
    TRY(write_clocks(b, db, a, now));
    return write_jobs(b, db, a, now);
}

/* All of it or, where the database fails, none. */
static void write_database(struct buf *b, struct app *app, struct arena *a)
{
    struct buf rows = buf_in(a, 1 << 18);
    struct db *db = db_pool_take(app->pool);
    bool good = db && write_rows(&rows, db, a) == OK;
    if (db)
        db_pool_give(app->pool, db);
    single(b, "database_up", "gauge", "Whether the database answers.", good);
    if (good)
        buf_add(b, rows.p, rows.len);
}

static void write_file(struct buf *b, struct arena *a, const char *path)
{
    struct stat st;
    if (!path)
        return;
    single(b, "database_bytes", "gauge", "Size of SQLite's file.",
        stat(path, &st) == 0 ? (double)st.st_size : 0);
    single(b, "database_wal_bytes", "gauge", "Size of SQLite's write-ahead log.",
        stat(arena_printf(a, "%s-wal", path), &st) == 0 ? (double)st.st_size : 0);
}

static void write_process(struct buf *b)
{
    char line[128];
    FILE *f = fopen("/proc/self/statm", "re");
    if (f && fgets(line, sizeof line, f)) /* pages in all, pages resident, ... (proc(5)) */
        single(b, "resident_memory_bytes", "gauge", "Memory of this process.",
            (double)strtol(line + strcspn(line, " "), NULL, 10) * (double)sysconf(_SC_PAGESIZE));
    if (f)
        fclose(f);
}

static void write_build(struct buf *b, const char *url)
{
    const struct migration *last = migrations;
    while (last->number && last[1].number)
        last++;
    head(b, "build_info", "gauge", "What runs here.");
    buf_addf(b, "tandem_build_info{migration=\"%04d_%s\",compiler=\"%s\",database=\"%s\"} 1\n", last->number,
        last->name, __VERSION__, file_of_url(url) ? "sqlite" : "postgresql");
}

void metrics_write(void *ctx, struct arena *a, struct buf *out)
{
    struct app *app = ctx;
    write_build(out, app->url);
    write_process(out);
    write_http(out, app->site.http);
    write_committer(out, app->committer);
    write_file(out, a, file_of_url(app->url));
    write_database(out, app, a);
}
