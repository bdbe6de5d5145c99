/* The static files that were built in. Their path holds their content's hash, so they never change. */
#include "http/internal.h"

const char *asset_path(const char *name)
{
    for (size_t i = 0; i < n_assets; i++) {
        if (streq(assets[i].name, name))
            return assets[i].path;
    }
    BUG("no asset named %s", name);
}

static const struct asset *find(const char *path)
{
    for (size_t i = 0; i < n_assets; i++) {
        if (streq(assets[i].path, path))
            return &assets[i];
    }
    return NULL;
}

bool asset_serve(struct http_request *r)
{
    const struct asset *asset = find(r->path);
    if (!asset || r->method != HTTP_GET)
        return false;
    struct http_reply reply = {
        .status = 200,
        .type = asset->type,
        .body = (const char *)asset->data,
        .len = asset->len,
        .headers = {{"Cache-Control", "public, max-age=31536000, immutable"}, {"Vary", "Accept-Encoding"}},
    };
    const char *accept = http_header(r, "Accept-Encoding");
    if (asset->brotli_len && coding_accepted(accept, "br")) {
        reply.body = (const char *)asset->brotli;
        reply.len = asset->brotli_len;
        reply.headers[2] = (struct http_pair){"Content-Encoding", "br"};
    } else if (asset->gzip_len && coding_accepted(accept, "gzip")) {
        reply.body = (const char *)asset->gzip;
        reply.len = asset->gzip_len;
        reply.headers[2] = (struct http_pair){"Content-Encoding", "gzip"};
    }
    reply_send(exchange_of(r), &reply, REPLY_STATIC);
    return true;
}
