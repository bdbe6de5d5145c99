/* What is read can be written, and reads back as the same canonical text; what is not read says why. */
#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct buf canonical(struct arena *a, const json_t *v)
{
    struct buf b = buf_in(a, BUF_MAX_DEFAULT);
    json_canonical(&b, v);
    ASSERT(!b.overflow);
    return b;
}

/* NULL only for what json.h excepts: a double that is written like an integer too big for us. */
static json_t *read_again(struct arena *a, const struct buf *text)
{
    const char *error;
    json_t *v = json_read(a, text->p, text->len, &error);
    ASSERT(v || strstr(error, "too big"));
    return v;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    const char *error;
    json_t *v = json_read(a, (const char *)data, size, &error);
    ASSERT(!v == (error != NULL));
    if (v) {
        struct buf written = buf_in(a, BUF_MAX_DEFAULT), first = canonical(a, v);
        struct json_out w = json_out(&written);
        out_value(&w, v);
        const struct buf *texts[] = {&written, &first};
        for (size_t i = 0; i < COUNT(texts); i++) {
            json_t *again = read_again(a, texts[i]);
            if (again)
                ASSERT(strcmp(canonical(a, again).p, first.p) == 0);
        }
    }
    arena_free(a);
    return 0;
}
