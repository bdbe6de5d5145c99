#include "engine/merkle/command.h"

#include "base/arena.h"
#include "base/i18n.h"
#include "engine/merkle/keys.h"
#include "engine/merkle/order.h"
#include "engine/merkle/report.h"
#include "engine/merkle/statement_text.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#define FILE_MAX   RECEIPT_MAX     /* bytes of any file read here */
#define OUTPUT_MAX (64 * FILE_MAX) /* every character of a receipt could need a spelled-out form */
#define EXIT_USAGE 2

static const char usage[] =
    N_("Usage: tandem verify RECEIPT --key KEYFILE [--checkpoint FILE [--consistency PROOF]] [--json]\n"
       "       tandem verify --checkpoints OLD NEW --key KEYFILE [--consistency PROOF] [--json]\n"
       "       tandem verify --order FILE --key KEYFILE\n"
       "\n"
       "Checks a receipt without a network: that its statement stands at its position of the signed log.\n"
       "RECEIPT may be - for standard input.\n"
       "\n"
       "  --key FILE          the log's keys as /log/key serves them: a line name+hash+key for each\n"
       "  --checkpoint FILE   also compares the receipt's log with another signed checkpoint\n"
       "  --checkpoints A B   compares two signed checkpoints, without a receipt\n"
       "  --order FILE        proves which of two entries came first, as a dispute's page gives it out\n"
       "  --consistency FILE  the proof that the longer log continues the shorter one\n"
       "  --json              prints the findings as JSON\n"
       "\n"
       "Exit status: 0 proven, 1 not proven, 2 wrong usage or a file that cannot be read.\n");

struct options {
    const char *receipt, *key, *other, *old, *new, *proof, *order;
    bool json, help;
};

static enum lang reader_lang(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *v = getenv(names[i]);
        if (v && *v)
            return lang_parse(v);
    }
    return LANG_EN;
}

/* --- options --- */

/* The second argument of --checkpoints, which getopt leaves where it stands. */
static bool take_second(int argc, char **argv, const char **out)
{
    if (optind >= argc)
        return false;
    *out = argv[optind++];
    return true;
}

static bool options_read(struct options *o, int argc, char **argv)
{
    static const struct option table[] = {
        {"key", required_argument, NULL, 'k'},
        {"checkpoint", required_argument, NULL, 'c'},
        {"checkpoints", required_argument, NULL, 'C'},
        {"consistency", required_argument, NULL, 'p'},
        {"order", required_argument, NULL, 'o'},
        {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int c;
    optind = 0; /* begins anew: another command may have read its options before */
    while ((c = getopt_long(argc, argv, "h", table, NULL)) != -1) {
        switch (c) {
        case 'k': o->key = optarg; break;
        case 'c': o->other = optarg; break;
        case 'C':
            o->old = optarg;
            if (!take_second(argc, argv, &o->new))
                return false;
            break;
        case 'p': o->proof = optarg; break;
        case 'o': o->order = optarg; break;
        case 'j': o->json = true; break;
        case 'h': o->help = true; break;
        default: return false;
        }
    }
    if (optind < argc)
        o->receipt = argv[optind++];
    bool pair = o->old != NULL;
    if (o->order && !o->help)
        return optind == argc && o->key && !pair && !o->receipt && !o->other && !o->proof;
    return o->help || (optind == argc && o->key && pair == !o->receipt && !(pair && o->other) &&
                          (!o->proof || pair || o->other));
}

/* --- files --- */

static bool complain(enum lang lang, const char *path, const char *text)
{
    fprintf(stderr, "tandem verify: %s: %s\n", path, tr(lang, text));
    return false;
}

/* Up to FILE_MAX bytes and some more, so that a longer file is noticed. */
static bool stream_read(struct buf *out, FILE *f)
{
    char *room;
    size_t got = 0;
    do {
        out->len += got;
        room = buf_room(out, 4096);
    } while (room && (got = fread(room, 1, 4096, f)) > 0);
    return !ferror(f);
}

/* The whole file into OUT, which file_buf() made; tells on standard error what is wrong. */
static bool file_read(struct buf *out, const char *path, enum lang lang)
{
    bool good;
    if (streq(path, "-")) {
        good = stream_read(out, stdin);
    } else {
        FILE *f = fopen(path, "re");
        if (!f)
            return complain(lang, path, strerror(errno));
        good = stream_read(out, f);
        fclose(f);
    }
    if (!good)
        return complain(lang, path, N_("The file cannot be read."));
    if (out->len > FILE_MAX || out->overflow)
        return complain(lang, path, N_("The file is larger than 1 MB."));
    return true;
}

static struct buf file_buf(struct arena *a)
{
    return buf_in(a, FILE_MAX + 8192);
}

static bool keys_read(struct note_keys *keys, struct arena *a, const char *path, enum lang lang)
{
    struct buf text = file_buf(a);
    if (!file_read(&text, path, lang))
        return false;
    if (strlen(buf_str(&text)) == text.len && note_keys_parse(keys, text.p))
        return true;
    return complain(
        lang, path, N_("This is no public key. It must be a line such as log.example+1a2b3c4d+AbCd..."));
}

static bool proof_read(struct consistency_proof *out, struct arena *a, const char *path, enum lang lang)
{
    struct buf text = file_buf(a);
    if (!file_read(&text, path, lang))
        return false;
    return consistency_read(out, a, buf_str(&text), text.len) ||
           complain(lang, path, N_("This is no consistency proof."));
}

/* --- checks --- */

struct run {
    struct arena *a;
    enum lang lang;
    struct note_keys keys;
    struct consistency_proof proof;
    struct report report;
};

static bool check_receipt(struct run *r, const char *path)
{
    struct buf text = file_buf(r->a);
    struct receipt_verdict *v = ARENA_NEW(r->a, struct receipt_verdict);
    if (!file_read(&text, path, r->lang))
        return false;
    *v = receipt_verify_keys(r->a, buf_str(&text), text.len, &r->keys, &r->report.signer);
    r->report.receipt = v;
    return true;
}

/* Opens the checkpoint with whichever key signed it; none: the report says so. */
static bool read_checkpoint(struct run *r, struct checkpoint *out, const char *path)
{
    struct buf text = file_buf(r->a);
    if (!file_read(&text, path, r->lang))
        return false;
    if (!note_keys_open(out, buf_str(&text), text.len, &r->keys, &r->report.replaced))
        r->report.unsigned_file = path;
    return true;
}

static void compare(struct run *r, struct checkpoint a, struct checkpoint b, bool with_proof)
{
    bool swap = a.size > b.size;
    r->report.old = swap ? b : a;
    r->report.new = swap ? a : b;
    r->report.compared = true;
    r->report.consistency =
        checkpoints_compare(&r->report.old, &r->report.new, with_proof ? &r->proof : NULL);
}

/* Fills the report; false when a file could not be read. */
static bool run_checks(struct run *r, const struct options *o)
{
    struct checkpoint a = {0}, b = {0};
    if (!keys_read(&r->keys, r->a, o->key, r->lang) ||
        (o->proof && !proof_read(&r->proof, r->a, o->proof, r->lang)))
        return false;
    if (o->receipt) {
        if (!check_receipt(r, o->receipt))
            return false;
        if (!o->other || !r->report.receipt->good)
            return true;
        a = r->report.receipt->checkpoint;
    } else if (!read_checkpoint(r, &a, o->old)) {
        return false;
    }
    if (!read_checkpoint(r, &b, o->receipt ? o->other : o->new))
        return false;
    if (!r->report.unsigned_file)
        compare(r, a, b, o->proof);
    return true;
}

/* Which of two entries came first: the whole of what such a file can say. */
static int verify_order(const struct options *o, struct run *r)
{
    struct buf text = file_buf(r->a);
    if (!keys_read(&r->keys, r->a, o->key, r->lang) || !file_read(&text, o->order, r->lang))
        return EXIT_USAGE;
    struct order_verdict v = order_verify(r->a, buf_str(&text), text.len, &r->keys);
    if (!v.good) {
        printf("%s %s\n", tr(r->lang, "Not proven."), tr(r->lang, v.why));
        return 1;
    }
    for (size_t i = 0; i < 2; i++) {
        struct buf leaf = buf_in(r->a, 256); /* whose it is the file only says: the receipt shows it */
        text_label(&leaf, tr(r->lang, "Leaf hash"));
        buf_add_hex(&leaf, v.place[i].leaf.b, HASH_SIZE);
        printf(tr(r->lang, "Entry %llu of %llu%s\n"), (unsigned long long)v.place[i].index + 1,
            (unsigned long long)v.size, v.place[i].own ? tr(r->lang, " (yours)") : "");
        printf("%s\n", buf_str(&leaf));
    }
    printf("%s\n", tr(r->lang, "Proven: both stand in the signed log, in this order."));
    return 0;
}

static int verify(const struct options *o, struct run *r)
{
    if (o->order)
        return verify_order(o, r);
    struct buf out = buf_in(r->a, OUTPUT_MAX);
    if (!run_checks(r, o))
        return EXIT_USAGE;
    if (o->json)
        report_json(&out, &r->report);
    else
        report_text(&out, &r->report, r->lang);
    fwrite(buf_str(&out), 1, out.len, stdout);
    return report_status(&r->report);
}

int command_verify(int argc, char **argv)
{
    struct options o = {0};
    enum lang lang = reader_lang();
    bool good = options_read(&o, argc, argv);
    if (!good || o.help) {
        fputs(tr(lang, usage), good ? stdout : stderr);
        return good ? 0 : EXIT_USAGE;
    }
    struct arena *a = arena_new();
    struct run *r = ARENA_NEW(a, struct run);
    r->a = a;
    r->lang = lang;
    int status = verify(&o, r);
    arena_free(a);
    return status;
}
