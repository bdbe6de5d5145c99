/* Domains: a registrable domain has a dot, lies within the text's bounds, and is its own registrable domain.
 */
#include "engine/match/match.h"
#include "engine/match/punycode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    char *text = arena_strndup(a, (const char *)data, size), label[64];
    const char *domain = match_domain(a, text);
    if (domain) {
        ASSERT(strchr(domain, '.') && strlen(domain) <= 253);
        ASSERT(streq(match_domain(a, domain), domain));
        (void)match_domain_is_shared(domain);
    }
    (void)match_looks_like_domain(text);
    ASSERT(punycode_decode((const char *)data, size, label, sizeof label) <= sizeof label);
    arena_free(a);
    return 0;
}
