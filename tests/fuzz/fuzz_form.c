/* Urlencoded forms and request paths: what is accepted is valid UTF-8 and within its bounds. */
#include "base/text.h"
#include "http/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_path(struct arena *a, const char *text, size_t n)
{
    struct refusal why;
    const char *path = path_decode(a, text, n, &why);
    ASSERT((path == NULL) == (why.status != 0));
    if (!path)
        return;
    ASSERT(path[0] == '/' && utf8_valid(path, strlen(path)) && strlen(path) <= n);
    ASSERT(!strchr(path, '\\') && !strstr(path, "/../") && !strstr(path, "//"));
}

static void check_form(struct arena *a, const char *text, size_t n)
{
    struct http_pair *pairs;
    size_t count;
    if (!http_form_parse(a, text, n, &pairs, &count))
        return;
    for (size_t i = 0; i < count; i++) {
        ASSERT(utf8_valid(pairs[i].name, strlen(pairs[i].name)));
        ASSERT(utf8_valid(pairs[i].value, strlen(pairs[i].value)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    const char *text = (const char *)data;
    check_form(a, text, size);
    check_path(a, text, size);
    coding_accepted(arena_strndup(a, text, size), "gzip");
    arena_free(a);
    return 0;
}
