/*
 * Messages of a private mapping from a stranger: one byte says which step reads the rest. Whatever is taken
 * for good leaves a run that is in the next phase; whatever is refused leaves it as it was.
 */
#include "engine/psi/psi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const keys[] = {"d:a.example", "d:b.example", "d:c.example", "d:d.example"};
static const unsigned char secret[32] = {1}, other[32] = {2}, run[16] = {3};

/* A server and a client right before the message of TYPE. */
static void play(struct arena *a, struct psi *server, struct psi *client, int type)
{
    struct buf m[PSI_OVER];
    for (int t = 0; t < PSI_OVER; t++)
        m[t] = buf_in(a, PSI_MAX_MESSAGE);
    psi_begin(server, a, PSI_SERVER, PSI_BY_DOMAIN, keys, 3, secret, run);
    psi_begin(client, a, PSI_CLIENT, PSI_BY_DOMAIN, keys + 1, 3, other, NULL);
    server->limits.least = client->limits.least = 1;
    bool good = type <= PSI_SETUP || !psi_setup(server, &m[PSI_SETUP]);
    good = good &&
           (type <= PSI_REQUEST || !psi_request(client, m[PSI_SETUP].p, m[PSI_SETUP].len, &m[PSI_REQUEST]));
    good = good &&
           (type <= PSI_REPLY || !psi_reply(server, m[PSI_REQUEST].p, m[PSI_REQUEST].len, &m[PSI_REPLY]));
    good = good && (type <= PSI_COUNT || !psi_count(client, m[PSI_REPLY].p, m[PSI_REPLY].len, &m[PSI_COUNT]));
    good = good && (type <= PSI_CONSENT || (!psi_counted(server, m[PSI_COUNT].p, m[PSI_COUNT].len) &&
                                               !psi_consent(server, &m[PSI_CONSENT])));
    good =
        good && (type <= PSI_ROWS || !psi_rows(client, m[PSI_CONSENT].p, m[PSI_CONSENT].len, &m[PSI_ROWS]));
    good = good && (type <= PSI_ORDER || !psi_order(server, m[PSI_ROWS].p, m[PSI_ROWS].len, &m[PSI_ORDER]));
    ASSERT(good);
}

static enum psi_refusal hand_over(
    struct psi *server, struct psi *client, int type, const void *data, size_t n, struct buf *out)
{
    switch (type) {
    case PSI_SETUP: return psi_request(client, data, n, out);
    case PSI_REQUEST: return psi_reply(server, data, n, out);
    case PSI_REPLY: return psi_count(client, data, n, out);
    case PSI_COUNT: return psi_counted(server, data, n);
    case PSI_CONSENT: return psi_rows(client, data, n, out);
    case PSI_ROWS: return psi_order(server, data, n, out);
    default: return psi_finish(client, data, n);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct psi server, client, loaded;
    if (size == 0)
        return 0;
    struct arena *a = arena_new();
    struct buf out = buf_in(a, PSI_MAX_MESSAGE);
    int type = PSI_SETUP + data[0] % PSI_ORDER;
    play(a, &server, &client, type + 1); /* as it is when the message of that type was sent */
    struct psi *reader = type == PSI_REQUEST || type == PSI_COUNT || type == PSI_ROWS ? &server : &client;
    enum psi_type due = reader->due;
    if (hand_over(&server, &client, type, data + 1, size - 1, &out)) {
        ASSERT(reader->due == due && out.len == 0);
    } else {
        ASSERT(
            reader->due > due && (out.len == 0 || psi_message_type(out.p, out.len) == (int)reader->due - 1));
    }
    if (psi_load(&loaded, a, data, size, keys, 3) == PSI_FINE)
        ASSERT(loaded.due <= PSI_OVER);
    arena_free(a);
    return 0;
}
