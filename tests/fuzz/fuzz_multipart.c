/* Multipart bodies: the first line is the Content-Type, the rest the body. */
#include "base/text.h"
#include "http/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_part(const struct http_part *part)
{
    ASSERT(part->name && utf8_valid(part->name, strlen(part->name)));
    ASSERT((part->data != NULL) != (part->path != NULL));
    if (part->data)
        ASSERT(part->data[part->len] == 0);
    if (part->filename)
        ASSERT(utf8_valid(part->filename, strlen(part->filename)) && !strpbrk(part->filename, "/\\"));
    else
        ASSERT(utf8_valid(part->data, part->len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data, *end = size ? memchr(text, '\n', size) : NULL;
    if (!end)
        return 0;
    struct arena *a = arena_new();
    const char *type = arena_strndup(a, text, (size_t)(end - text));
    struct multipart_source source = {.data = end + 1, .len = size - (size_t)(end + 1 - text), .fd = -1};
    struct http_part *parts;
    size_t count;
    const char *error;
    if (multipart_read(a, source, type, NULL, &parts, &count, &error)) {
        for (size_t i = 0; i < count; i++)
            check_part(&parts[i]);
    }
    arena_free(a);
    return 0;
}
