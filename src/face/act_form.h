/* A verb's form on a page of a domain's own that has several (face/act_form.html). */
#ifndef TANDEM_ACT_FORM_H
#define TANDEM_ACT_FORM_H

#include "face/derived_view.h"

/* A form of a verb on a page that has several: what was refused stands in its own. */
struct act_form {
    const char *path, *page, *then, *csrf, *submit, *prefix;
    struct part_field *fields;
    const struct part_field **list; /* for the summary of what is wrong */
    size_t n;
    bool shown, open, problem, files;
    const char *detail;
    struct part_field file;
};
/* KEY names the form in the page's address (?form=KEY). */
void act_form_load(struct call *c, struct page_request *r, struct html *h, const struct verb *verb,
    const char *row_path, const char *page, const char *key, struct act_form *out);
/* The control for files that go with a verb (SENT_FILE_FIELD), in a form named KEY. */
struct part_field act_file_control(struct call *c, const struct page_request *r, const char *key);
/* One of its fields; there is one of that name. */
struct part_field *act_form_field(const struct act_form *f, const char *name);

#endif
