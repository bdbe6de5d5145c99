#include "engine/match/command.h"

#include "base/csv.h"
#include "base/i18n.h"
#include "base/text.h"
#include "engine/match/company_file.h"

#include <errno.h>
#include <stdio.h>

enum { EXIT_DONE = 0, EXIT_USAGE = 2 }; /* 2 also when a file cannot be read, as in tandem verify */

static const char help[] =
    N_("Usage: tandem match LEFT.csv RIGHT.csv [--threshold X]\n"
       "\n"
       "Finds the companies that stand in both files and prints left_id,right_id,score,evidence as CSV.\n"
       "\n"
       "Columns are found by their headings: id, name, website or domain, country, city, aliases\n"
       "(separated by |). A name or a domain is enough. Without an id column the row number is used, the\n"
       "first row below the headings being 1. Files may be compressed (.gz).\n"
       "\n"
       "  --threshold X  print every pair with a score of at least X (0 to 1), not only those that are held\n"
       "                 to be the same company\n"
       "  --help         print this text\n"
       "\n"
       "Exit codes: 0 done, 2 wrong use or a file that cannot be read.\n");

/* --- writing --- */

struct output {
    struct buf line;
    const struct company_list *left, *right;
};

static void print_pair(void *ctx, size_t left, size_t right, const struct match_result *result)
{
    struct output *out = ctx;
    char score[16];
    snprintf(score, sizeof score, "%.4f", result->score);
    buf_clear(&out->line);
    csv_write_cell(&out->line, out->left->id[left], true);
    csv_write_cell(&out->line, out->right->id[right], false);
    csv_write_cell(&out->line, score, false);
    csv_write_cell(&out->line, result->evidence, false);
    csv_write_end(&out->line);
    fwrite(out->line.p, 1, out->line.len, stdout);
}

static int match_files(const char *const path[2], double threshold)
{
    struct arena *a = arena_new();
    struct company_list left = {0}, right = {0};
    int code = EXIT_USAGE;
    if (company_file_read(a, "tandem match", path[0], &left) &&
        company_file_read(a, "tandem match", path[1], &right)) {
        struct output out = {.line = buf_new(BUF_MAX_DEFAULT), .left = &left, .right = &right};
        fputs("left_id,right_id,score,evidence\r\n", stdout);
        match_lists(a, left.company, left.n, right.company, right.n, threshold, print_pair, &out);
        buf_free(&out.line);
        code = EXIT_DONE;
        if (fflush(stdout) != 0 || ferror(stdout)) {
            fprintf(stderr, N_("tandem match: the result cannot be written: %s\n"), strerror(errno));
            code = EXIT_USAGE;
        }
    }
    company_list_free(&left);
    company_list_free(&right);
    arena_free(a);
    return code;
}

/* --- arguments --- */

static int usage(const char *complaint, const char *what)
{
    fprintf(stderr, N_("tandem match: %s: \"%s\"\nTry: tandem match --help\n"), complaint, what);
    return EXIT_USAGE;
}

/* The value of "--threshold X" or "--threshold=X" at ARGV[*I], which moves on; NULL when it is another word.
 */
static const char *threshold_text(int argc, char **argv, int *i)
{
    static const char option[] = "--threshold";
    const size_t n = sizeof option - 1;
    if (strncmp(argv[*i], option, n) != 0 || (argv[*i][n] && argv[*i][n] != '='))
        return NULL;
    if (argv[*i][n] == '=')
        return argv[*i] + n + 1;
    return *i + 1 < argc ? argv[++*i] : "";
}

int command_match(int argc, char **argv)
{
    const char *path[2] = {NULL, NULL};
    double threshold = -1;
    size_t n = 0;
    for (int i = 1; i < argc; i++) {
        const char *value = threshold_text(argc, argv, &i);
        if (streq(argv[i], "--help") || streq(argv[i], "-h")) {
            fputs(help, stdout);
            return EXIT_DONE;
        }
        if (value) {
            if (!parse_real(value, &threshold) || threshold < 0 || threshold > 1)
                return usage(N_("--threshold needs a number from 0 to 1"), value);
        } else if (argv[i][0] == '-' && argv[i][1]) {
            return usage(N_("there is no such option"), argv[i]);
        } else if (n == 2) {
            return usage(N_("two files are compared, this is one too many"), argv[i]);
        } else {
            path[n++] = argv[i];
        }
    }
    if (n < 2)
        return usage(N_("two files are needed; the last one given was"), n ? path[0] : "");
    return match_files(path, threshold);
}
