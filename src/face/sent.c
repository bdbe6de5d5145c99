#include "face/sent.h"

#include <strings.h>

bool is_multipart(const struct http_request *r)
{
    static const char type[] = "multipart/form-data";
    const char *given = http_header(r, "Content-Type");
    return given && strncasecmp(given, type, sizeof type - 1) == 0;
}

bool sent_read(struct http_request *r, struct http_pair **pairs, size_t *n_pairs,
    const struct sent_file **files, size_t *n_files, const char **error)
{
    struct http_part *parts;
    size_t n;
    if (!http_multipart(r, &parts, &n, error))
        return false;
    struct http_pair *p = *pairs = ARENA_ARRAY(r->arena, n + 1, struct http_pair);
    struct sent_file *f = ARENA_ARRAY(r->arena, n + 1, struct sent_file);
    *files = f;
    *n_pairs = *n_files = 0;
    for (size_t i = 0; i < n; i++) {
        if (parts[i].filename)
            f[(*n_files)++] = (struct sent_file){
                parts[i].name, parts[i].filename, parts[i].data, parts[i].path, parts[i].len};
        else
            p[(*n_pairs)++] = (struct http_pair){parts[i].name, parts[i].data};
    }
    return true;
}

const char *attachment_header(struct arena *a, const char *name)
{
    struct buf plain = buf_in(a, 4096), encoded = buf_in(a, 4096);
    for (const unsigned char *p = (const unsigned char *)name; *p; p++)
        buf_addc(&plain, *p < ' ' || *p >= 0x7F || strchr("\"\\%/", *p) ? '_' : (char)*p);
    buf_add_url(&encoded, name);
    const char *ascii = buf_str(&plain);
    if (streq(ascii, name))
        return arena_printf(a, "attachment; filename=\"%s\"", ascii);
    return arena_printf(a, "attachment; filename=\"%s\"; filename*=UTF-8''%s", ascii, buf_str(&encoded));
}
