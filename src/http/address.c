#include "base/text.h"
#include "http/internal.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>

static const uint8_t v4_prefix[12] = {[10] = 0xff, [11] = 0xff};

static struct address from_v4(const struct in_addr *v4)
{
    struct address a;
    memcpy(a.bytes, v4_prefix, sizeof v4_prefix);
    memcpy(a.bytes + sizeof v4_prefix, v4, 4);
    return a;
}

static bool is_v4(const struct address *a)
{
    return memcmp(a->bytes, v4_prefix, sizeof v4_prefix) == 0;
}

struct address address_of(const struct sockaddr *sa)
{
    struct address a = {{0}};
    if (sa->sa_family == AF_INET)
        return from_v4(&((const struct sockaddr_in *)(const void *)sa)->sin_addr);
    if (sa->sa_family == AF_INET6)
        memcpy(a.bytes, &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr, sizeof a.bytes);
    return a;
}

bool address_parse(const char *text, struct address *out)
{
    struct in_addr v4;
    if (inet_pton(AF_INET, text, &v4) == 1) {
        *out = from_v4(&v4);
        return true;
    }
    return inet_pton(AF_INET6, text, out->bytes) == 1;
}

char *address_text(struct arena *a, struct address address)
{
    char text[INET6_ADDRSTRLEN];
    if (is_v4(&address))
        inet_ntop(AF_INET, address.bytes + sizeof v4_prefix, text, sizeof text);
    else
        inet_ntop(AF_INET6, address.bytes, text, sizeof text);
    return arena_strdup(a, text);
}

bool address_is_unknown(struct address address)
{
    static const uint8_t nobody[16] = {0};
    return memcmp(address.bytes, nobody, sizeof nobody) == 0;
}

bool address_is_loopback(struct address address)
{
    static const uint8_t v6_loopback[16] = {[15] = 1};
    return (is_v4(&address) && address.bytes[12] == 127) || memcmp(address.bytes, v6_loopback, 16) == 0;
}

struct address address_shared(struct address address)
{
    if (!is_v4(&address))
        memset(address.bytes + 8, 0, 8);
    return address;
}

static bool network_parse(char *text, struct network *out)
{
    int64_t bits = -1;
    char *slash = strchr(text, '/');
    if (slash) {
        *slash = 0;
        if (!parse_int(slash + 1, &bits) || bits < 0)
            return false;
    }
    if (!address_parse(text, &out->base))
        return false;
    int64_t most = is_v4(&out->base) ? 32 : 128;
    if (bits > most)
        return false;
    out->prefix_bits = (unsigned)(bits < 0 ? 128 : bits + 128 - most);
    return true;
}

/* The next item of a comma-separated list, without white space around it; NULL at the end. */
static char *next_item(struct arena *a, const char **rest)
{
    if (!*rest)
        return NULL;
    const char *begin = *rest, *end = strchrnul(begin, ',');
    *rest = *end ? end + 1 : NULL;
    while (begin < end && isspace((unsigned char)*begin))
        begin++;
    while (end > begin && isspace((unsigned char)end[-1]))
        end--;
    return arena_strndup(a, begin, (size_t)(end - begin));
}

bool networks_parse(struct arena *a, const char *text, struct network_list *out)
{
    *out = (struct network_list){0};
    if (!text || !*text)
        return true;
    size_t room = 1;
    for (const char *p = text; *p; p++)
        room += *p == ',';
    out->items = ARENA_ARRAY(a, room, struct network);
    for (char *item; (item = next_item(a, &text));) {
        if (!network_parse(item, &out->items[out->count++]))
            return false;
    }
    return true;
}

static bool network_contains(const struct network *n, const struct address *address)
{
    unsigned whole = n->prefix_bits / 8, rest = n->prefix_bits % 8;
    if (memcmp(n->base.bytes, address->bytes, whole) != 0)
        return false;
    return rest == 0 || (n->base.bytes[whole] ^ address->bytes[whole]) >> (8 - rest) == 0;
}

bool networks_contain(const struct network_list *list, struct address address)
{
    for (size_t i = 0; i < list->count; i++) {
        if (network_contains(&list->items[i], &address))
            return true;
    }
    return false;
}

/* TEXT as an address, whatever port stands behind it: "192.0.2.7:1234", "[2001:db8::1]:1234". */
static bool hop_parse(char *text, struct address *out)
{
    char *end = *text == '[' ? strchr(text, ']') : strchr(text, ':');
    int64_t port;
    if (address_parse(text, out))
        return true;
    if (!end)
        return false;
    char *behind = *text == '[' ? end + 1 : end;
    if (*behind && (*behind != ':' || !parse_int(behind + 1, &port) || port < 0 || port > 65535))
        return false;
    text += *text == '[';
    *end = 0;
    return address_parse(text, out);
}

/* The last address of LIST, which is then cut before it; false when it cannot be read. */
static bool pop_hop(char *list, struct address *hop)
{
    char *comma = strrchr(list, ',');
    char *text = comma ? comma + 1 : list;
    text += strspn(text, " \t");
    text[strcspn(text, " \t")] = 0;
    bool ok = hop_parse(text, hop);
    *(comma ? comma : list) = 0;
    return ok;
}

struct address client_address(
    const struct network_list *trusted, struct address peer, const char *forwarded_for)
{
    if (!forwarded_for)
        return peer;
    char *list = xstrdup(forwarded_for);
    while (*list && networks_contain(trusted, peer)) {
        struct address hop;
        bool known = pop_hop(list, &hop);
        if (!known || (address_is_loopback(hop) && !networks_contain(trusted, hop)))
            hop = (struct address){{0}};
        peer = hop;
        if (address_is_unknown(peer))
            break;
    }
    free(list);
    return peer;
}
