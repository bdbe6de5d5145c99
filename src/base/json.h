/*
 * JSON. Reading is jansson's, strict (no duplicate keys, no bad UTF-8, no depth beyond 64, no trailing text);
 * writing is our own, appended to a buffer.
 */
#ifndef TANDEM_JSON_H
#define TANDEM_JSON_H

#include "base/arena.h"
#include "base/buf.h"

#include <jansson.h>

/* NULL when it is no JSON; *ERROR then says why and where, in ARENA. Freed with the arena. */
json_t *json_read(struct arena *a, const char *text, size_t n, const char **error);

/*
 * Writer: commas are its own affair.
 *     struct json_out w = json_out(&buf);
 *     out_object(&w); out_key(&w, "id"); out_string(&w, id); out_end(&w);
 */
struct json_out {
    struct buf *b;
    uint64_t comma;  /* a bit a level: something stands there already */
    uint64_t object; /* a bit a level: it is an object */
    int depth;
    bool after_key;
};

struct json_out json_out(struct buf *b);
void out_object(struct json_out *w);
void out_array(struct json_out *w);
void out_end(struct json_out *w); /* of whichever was opened last */
void out_key(struct json_out *w, const char *key);
void out_string(struct json_out *w, const char *s); /* NULL writes null */
void out_int(struct json_out *w, int64_t v);
void out_real(struct json_out *w, double v); /* shortest text that reads back; not finite: null */
void out_bool(struct json_out *w, bool v);
void out_null(struct json_out *w);
void out_raw(struct json_out *w, const char *json);  /* a value that is JSON already */
void out_value(struct json_out *w, const json_t *v); /* as it was read; keys in their order */

/* Key and value in one. */
void out_kv_string(struct json_out *w, const char *key, const char *s);
void out_kv_int(struct json_out *w, const char *key, int64_t v);
void out_kv_bool(struct json_out *w, const char *key, bool v);

/*
 * The canonical form of RFC 8785 (JCS): sorted keys, no white space, numbers as ECMAScript writes them.
 * Only integers within 2^53 and finite doubles occur in our documents. Doubles from 2^63 up to 1e21 are
 * written as whole numbers there, which json_read() refuses as too big.
 */
void json_canonical(struct buf *b, const json_t *v);

#endif
