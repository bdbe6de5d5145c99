/* tandem serve: opens everything, answers until told to stop, ends gracefully. */
#include "app/app.h"
#include "app/commands.h"
#include "app/metrics.h"
#include "app/options.h"
#include "base/log.h"
#include "base/text.h"
#include "base/time.h"
#include "domain/log/week.h"
#include "domain/person/sign_in.h"

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Only verbs that take files take large bodies. */
static bool large_body(const char *path)
{
    return site_takes_files(&tandem_model, path);
}

static const char *base_url(struct arena *a, const char *given, const char *listen, bool tls)
{
    return given ? given : arena_printf(a, "%s://%s", tls ? "https" : "http", listen);
}

static unsigned number(const char *text, unsigned otherwise)
{
    int64_t n;
    return text && parse_int(text, &n) && n > 0 && n < 1000000 ? (unsigned)n : otherwise;
}

/* What clocks do may write mail with links in it. */
static enum status open_clock_call(void *ctx, struct call *c)
{
    struct app *app = ctx;
    c->base_url = app->site.base_url;
    return programme_open_call(app->programme, c);
}

static enum status await_week(struct call *c)
{
    TRY(programme_open_call(c->programme, c));
    return log_week_await(c);
}

static size_t count(const char *const *list)
{
    size_t n = 0;
    while (list[n])
        n++;
    return n;
}

static bool read_witnesses(struct witness_config out[CLI_MANY], const char *const *given)
{
    for (size_t i = 0; given[i]; i++)
        if (!witness_config_parse(&out[i], given[i])) {
            fprintf(stderr, "tandem: --witness needs VKEY=URL, the key as tandem witness prints it\n");
            return false;
        }
    return true;
}

static void set_up_process(sigset_t *stop)
{
    /* Signals are waited for by the caller; every thread started from here on leaves them alone. */
    sigemptyset(stop);
    sigaddset(stop, SIGINT);
    sigaddset(stop, SIGTERM);
    pthread_sigmask(SIG_BLOCK, stop, NULL);
    signal(SIGPIPE, SIG_IGN);
#ifndef __SANITIZE_ADDRESS__ /* the sanitizer tells in its own way */
    bug_traces_on();
#endif
    signal(SIGXFSZ, SIG_IGN); /* a limit on the size of files is answered as a full disk is */
    /* Arenas and answers come and go with every request: keep their memory instead of mapping it anew each
     * time, which costs more than filling it. The largest block of an arena has 1 MB and its header. */
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
    mallopt(M_TRIM_THRESHOLD, 16 << 20);
}

/*
 * A socket that systemd (or whoever does it likewise) made and keeps: sd_listen_fds(3). Connections wait
 * there while this process is replaced. 0: there is none.
 */
static int inherited_socket(void)
{
    enum { FIRST = 3 };
    int64_t pid, n;
    const char *of = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
    bool ours = of && fds && parse_int(of, &pid) && pid == getpid() && parse_int(fds, &n) && n > 0;
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    return ours ? FIRST : 0;
}

/* Figures at an address of their own, where the world does not come. */
static enum status start_metrics(
    struct http_server **out, struct app *app, const char *listen, const char **error)
{
    struct http_config http = {.listen = listen,
        .io_threads = 1,
        .workers = 1,
        .max_connections = 64,
        .header_seconds = 8,
        .body_seconds = 60,
        .idle_seconds = 60,
        .handler = site_handle_metrics,
        .ctx = &app->site};
    TRY(http_start(out, &http, error));
    log_info("figures at %s, port %u", listen, http_port(*out));
    return OK;
}

/*
 * On PostgreSQL. Verbs that wait for a lane share its next transaction, and the more share one the less each
 * costs; where processors are few, further lanes only divide them up.
 */
static unsigned usual_lanes(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN) / 2;
    return n < 1 ? 1 : n > 3 ? 3 : (unsigned)n;
}

int command_serve(int argc, char **argv)
{
    const char *db = "sqlite:tandem.db", *listen = "127.0.0.1:8080", *key = NULL, *url = NULL, *smtp = NULL;
    const char *from = "Tandem <tandem@localhost>", *cert = NULL, *tls_key = NULL, *proxies = NULL,
               *workers = NULL, *witnesses[CLI_MANY + 1] = {0};
    const char *per_address = NULL, *request_limit = NULL, *metrics_listen = NULL, *lanes = NULL,
               *no_clocks = NULL, *drain = NULL, *requests = NULL, *rest[1];
    size_t n;
    int status;
    const struct cli_option options[] = {
        {"--db", "URL", "sqlite:PATH or postgresql://... (sqlite:tandem.db)", &db},
        {"--listen", "HOST:PORT", "where to listen (127.0.0.1:8080)", &listen},
        {"--key", "FILE", "the log's private key (beside the database)", &key},
        {"--url", "URL", "how people reach it, for links in mail", &url},
        {"--smtp", "URL", "smtp://host:port; without it mail is printed to the log", &smtp},
        {"--from", "ADDRESS", "sender of mail", &from}, {"--tls-cert", "FILE", "certificate, PEM", &cert},
        {"--tls-key", "FILE", "its key, PEM", &tls_key},
        {"--trusted-proxies", "LIST", "addresses whose X-Forwarded-* headers count", &proxies},
        {"--workers", "N", "threads that answer requests (8)", &workers},
        {"--lanes", "N", "committing connections on PostgreSQL (half as many as processors, 1 to 3)", &lanes},
        {"--per-address", "N", "connections from one address (200)", &per_address},
        {"--request-limit", "N", "requests from one address in ten seconds (1000)", &request_limit},
        {"--witness", "VKEY=URL...", "shows each checkpoint to this witness", witnesses},
        {"--metrics-listen", "HOST:PORT", "tell /metrics there and nowhere else", &metrics_listen},
        {"--no-clocks", NULL, "let another process fire the clocks", &no_clocks},
        {"--log-requests", NULL, "a line in the log for each request", &requests},
        {"--drain", "SECONDS", "when told to stop, say so at /readyz for so long first (0)", &drain}, {0}};
    if (!options_read(argc, argv, "serve [OPTIONS]", options, rest, 0, &n, &status))
        return status;

    sigset_t stop;
    set_up_process(&stop);
    struct app app;
    struct witness_config watched[CLI_MANY];
    const char *error = NULL;
    if (!read_witnesses(watched, witnesses))
        return EXIT_USAGE;
    unsigned n_workers = number(workers, 8);
    struct app_options o = {.url = db,
        .key_path = key,
        .upgrade = true,
        .readers = n_workers,
        .lanes = number(lanes, usual_lanes())};
    if (!app_open(&app, &o, &error)) {
        fprintf(stderr, "tandem: %s\n", error);
        return EXIT_BROKEN;
    }
    app.site.base_url = base_url(app.arena, url, listen, cert != NULL);
    if (!no_clocks && app_seed(&app, await_week, NULL) != OK)
        log_warn("the weekly checkpoint waits for the next start");
    app.mailer = mailer_start(db, &(struct mail_config){.smtp = smtp,
                                      .user = getenv("TANDEM_SMTP_USER"),
                                      .password = getenv("TANDEM_SMTP_PASSWORD"),
                                      .from = from});
    app.site.mailer = app.mailer;
    if (!no_clocks)
        app.clocks = clocks_start(db, &tandem_model, tandem_clocks, app.committer, open_clock_call, &app);
    app.witnesses = witnesses_start(db, watched, count(witnesses));
    app.jobs = jobs_start(db, &tandem_model, tandem_jobs, app.committer, programme_open_call, app.programme);
    app.site.heavy = app.heavy = heavy_start(HEAVY_THREADS, HEAVY_LINE);
    app.site.throttle = app.throttle = throttle_new();
    app.site.seen = &session_see;
    struct http_config http = {.listen = listen,
        .io_threads = 2,
        .workers = n_workers,
        .max_connections = 4096,
        .max_per_address = number(per_address, 200),
        .max_requests = number(request_limit, 1000),
        .header_seconds = 8,
        .body_seconds = 60,
        .idle_seconds = 15,
        .body_memory_max = (size_t)1 << 20,
        .body_max = (size_t)128 << 20,
        .trusted_proxies = proxies,
        .temp_dir = "/tmp",
        .inherited_fd = inherited_socket(),
        .log_requests = requests != NULL,
        .route = site_route,
        .tls_cert = cert,
        .tls_key = tls_key,
        .large_body = large_body,
        .handler = site_handle,
        .ctx = &app.site};
    app.site.metrics = metrics_write;
    app.site.metrics_ctx = &app;
    app.site.metrics_token = getenv("TANDEM_METRICS_TOKEN");
    app.site.metrics_apart = metrics_listen != NULL;
    struct http_server *figures = NULL;
    if (http_start(&app.site.http, &http, &error) != OK) {
        fprintf(stderr, "tandem: %s\n", error);
        app_close(&app);
        return EXIT_BROKEN;
    }
    /* The address of a PostgreSQL server may hold a password. */
    log_info("serving %s at %s (port %u)", strstr(db, "://") ? "PostgreSQL" : db, app.site.base_url,
        http_port(app.site.http));
    if (metrics_listen && start_metrics(&figures, &app, metrics_listen, &error) != OK) {
        fprintf(stderr, "tandem: --metrics-listen: %s\n", error);
        http_stop(app.site.http, 0);
        app_close(&app);
        return EXIT_BROKEN;
    }
    int sig;
    sigwait(&stop, &sig);
    log_info("stopping");
    http_leave(app.site.http);
    sleep(number(drain, 0));
    if (figures) /* before what it tells of is gone */
        http_stop(figures, 1);
    http_stop(app.site.http, 10);
    log_info("stopped");
    app_close(&app);
    return EXIT_GOOD;
}
