/*
 * A workbook: headings in the viewer's language, numbers, dates and amounts as such, texts as texts (never a
 * formula). Each row leaves memory when the next one begins; a full sheet is followed by another.
 */
#include "base/id.h"
#include "base/temp.h"
#include "face/export_writer.h"
#include "face/row_json.h"

#include <stdlib.h>
#include <unistd.h>
#include <xlsxwriter.h> /* the Makefile has it come first */

#define SHEET_ROWS 1048576
#define CELL_BYTES 32767 /* a cell takes so many characters */
#define EPOCH_DAY  25569 /* 1970-01-01 as spreadsheets count */

enum { FORMAT_HEAD, FORMAT_DATE, FORMAT_MONTH, FORMAT_TIME, FORMAT_MONEY, FORMATS = FORMAT_MONEY + 5 };

struct book {
    char *path;
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *format[FORMATS];
    lxw_row_t row;
    lxw_col_t column;
};

static void head(struct book *b, const char *text, double width)
{
    worksheet_set_column(b->sheet, b->column, b->column, width, NULL);
    worksheet_write_string(b->sheet, 0, b->column++, text, b->format[FORMAT_HEAD]);
}

static void add_sheet(struct export *e)
{
    struct book *b = e->book;
    b->sheet = workbook_add_worksheet(b->book, NULL);
    b->column = 0;
    head(b, "id", 20);
    for (size_t i = 0; i < e->n_columns; i++) {
        const struct list_column *k = &e->columns[i];
        bool words = k->of == COLUMN_FIELD && (k->field->kind == KIND_TEXT || k->field->kind == KIND_REF);
        head(b, k->label, words ? 24 : k->of == COLUMN_CREATED ? 20 : 16);
    }
    worksheet_freeze_panes(b->sheet, 1, 0);
    b->row = 1;
}

static void add_formats(struct book *b)
{
    static const char *const texts[FORMATS] = {NULL, "yyyy-mm-dd", "yyyy-mm", "yyyy-mm-dd hh:mm:ss", "#,##0",
        "#,##0.0", "#,##0.00", "#,##0.000", "#,##0.0000"};
    for (int i = 0; i < FORMATS; i++) {
        b->format[i] = workbook_add_format(b->book);
        if (texts[i])
            format_set_num_format(b->format[i], texts[i]);
        else
            format_set_bold(b->format[i]);
    }
}

static bool begin(struct export *e)
{
    const char *dir = getenv("TMPDIR");
    lxw_workbook_options options = {
        .constant_memory = LXW_TRUE, .tmpdir = dir && *dir ? arena_strdup(e->call->arena, dir) : NULL};
    struct book *b = ARENA_NEW(e->call->arena, struct book);
    e->book = b;
    int fd = temp_file(e->call->arena, NULL, &b->path);
    if (fd < 0)
        return false;
    close(fd);
    b->book = workbook_new_opt(b->path, &options);
    if (!b->book)
        return false;
    add_formats(b);
    add_sheet(e);
    return true;
}

/* Cut where a cell is full, between characters. */
static void put_text(struct export *e, const char *text)
{
    struct book *b = e->book;
    size_t n = text ? strlen(text) : 0;
    if (n > CELL_BYTES) {
        n = CELL_BYTES;
        while (n && ((unsigned char)text[n] & 0xC0) == 0x80)
            n--;
        text = arena_strndup(e->call->arena, text, n);
    }
    if (n)
        worksheet_write_string(b->sheet, b->row, b->column, text, NULL);
}

static void put_number(struct export *e, double v, int format)
{
    struct book *b = e->book;
    worksheet_write_number(b->sheet, b->row, b->column, v, format < 0 ? NULL : b->format[format]);
}

static void put_money(struct export *e, const struct row *row, const struct field *f, const struct value *v)
{
    int digits = row_digits(e->call, e->noun, row, f);
    double unit = 1;
    for (int i = 0; i < digits; i++)
        unit *= 10;
    put_number(e, (double)v->i / unit, FORMAT_MONEY + (digits > 4 ? 4 : digits));
}

static void put(
    struct export *e, const struct row *row, const struct field *f, const struct value *v, const char *title)
{
    struct book *b = e->book;
    if (v->kind != VALUE_NULL) {
        switch (f->kind) {
        case KIND_REF: put_text(e, title); break;
        case KIND_DATE:
            put_number(e, (double)(v->i + EPOCH_DAY), f->month ? FORMAT_MONTH : FORMAT_DATE);
            break;
        case KIND_TIME:
            put_number(e, (double)v->i / (86400.0 * US_PER_SECOND) + EPOCH_DAY, FORMAT_TIME);
            break;
        case KIND_MONEY: put_money(e, row, f, v); break;
        case KIND_REAL: put_number(e, v->kind == VALUE_INT ? (double)v->i : v->r, -1); break;
        case KIND_INT: put_number(e, (double)v->i, -1); break;
        case KIND_BOOL: worksheet_write_boolean(b->sheet, b->row, b->column, v->i != 0, NULL); break;
        case KIND_TEXT:
            put_text(e, f->form == FORM_SET && v->len > 2
                            ? arena_strndup(e->call->arena, v->s + 1, v->len - 2)
                            : v->s);
            break;
        }
    }
    b->column++;
}

static enum status put_row(struct export *e, const struct row *row)
{
    const struct noun *noun = e->noun;
    static const struct field created = {.kind = KIND_TIME};
    const struct value made = v_int(row->created.us), none = v_null();
    if (e->book->row == SHEET_ROWS)
        add_sheet(e);
    e->book->column = 0;
    put_text(e, id_text(e->call->arena, noun->prefix, row->id));
    e->book->column++;
    for (size_t i = 0; i < e->n_columns; i++) {
        const struct list_column *k = &e->columns[i];
        if (k->of == COLUMN_CREATED)
            put(e, row, &created, &made, NULL);
        else if (k->of == COLUMN_FIELD)
            put(e, row, k->field, &row->v[k->index], row->title[k->index]);
        else
            put(e, row, k->field, row->custom ? &row->custom[k->index] : &none, NULL);
    }
    e->book->row++;
    return OK;
}

/* The library packs into a file of its own; what was asked for gets a copy. */
static bool copy(struct export *e)
{
    char piece[64 * 1024];
    size_t n;
    FILE *from = fopen(e->book->path, "rb");
    bool good = from != NULL;
    while (good && (n = fread(piece, 1, sizeof piece, from)) > 0)
        good = fwrite(piece, 1, n, e->to) == n;
    good = good && !ferror(from);
    if (from)
        fclose(from);
    return good;
}

static bool end(struct export *e, bool good)
{
    return workbook_close(e->book->book) == LXW_NO_ERROR && good && copy(e);
}

const struct export_writer export_workbook = {begin, put_row, end};
