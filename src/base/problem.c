#include "base/problem.h"

static const struct {
    const char *name;
    int status;
    const char *title;
} problems[] = {
#define PROBLEM_ROW(code, status, title) {#code, status, title},
    PROBLEMS(PROBLEM_ROW)
#undef PROBLEM_ROW
};

const char *problem_name(enum problem_code code)
{
    return problems[code].name;
}

int problem_status(enum problem_code code)
{
    return problems[code].status;
}

const char *problem_title(enum problem_code code)
{
    return problems[code].title;
}

struct problem *problem_new(struct arena *a, enum problem_code code, const char *detail)
{
    struct problem *p = ARENA_NEW(a, struct problem);
    p->code = code;
    p->detail = detail;
    return p;
}

void problem_field(struct arena *a, struct problem *p, const char *field, const char *message)
{
    if (p->n_fields == p->cap_fields) {
        size_t cap = p->cap_fields ? p->cap_fields * 2 : 8;
        struct field_error *more = ARENA_ARRAY(a, cap, struct field_error);
        if (p->n_fields)
            memcpy(more, p->fields, p->n_fields * sizeof *more);
        p->fields = more;
        p->cap_fields = cap;
    }
    p->fields[p->n_fields++] =
        (struct field_error){.field = arena_strdup(a, field), .message = arena_strdup(a, message)};
}
