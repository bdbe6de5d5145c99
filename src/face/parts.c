#include "face/parts.h"

#include "base/buf.h"

const char *status_icon(const char *state)
{
    static const struct {
        const char *state, *icon;
    } icons[] = {
        {"ok", "ok"}, {"review", "clock"}, {"no", "no"}, {"gone", "gone"}, {"risk", "risk"}, {"new", "swap"}};
    for (size_t i = 0; i < COUNT(icons); i++)
        if (streq(state, icons[i].state))
            return icons[i].icon;
    return "more";
}

/* The viewbox of 72 x 22, with room for the mark at the end (web/parts.html). */
#define SPARK_LEFT  2.5
#define SPARK_RIGHT 69.5
#define SPARK_TOP   2.5
#define SPARK_FOOT  19.5

struct part_spark part_spark_of(struct arena *a, const char *label, const double *values, size_t n)
{
    struct part_spark s = {.label = label};
    struct buf b = buf_in(a, 4096);
    double low = 0, high = 0, x = 0, y = 0;
    for (size_t i = 0; i < n; i++) {
        low = i == 0 || values[i] < low ? values[i] : low;
        high = i == 0 || values[i] > high ? values[i] : high;
    }
    for (size_t i = 0; n > 1 && i < n; i++) {
        double up = high > low ? (values[i] - low) / (high - low) : 0.5;
        x = SPARK_LEFT + (SPARK_RIGHT - SPARK_LEFT) * (double)i / (double)(n - 1);
        y = SPARK_FOOT - (SPARK_FOOT - SPARK_TOP) * up;
        buf_addf(&b, "%s%.1f,%.1f", i ? " " : "", x, y);
    }
    if (n > 1) {
        s.points = buf_str(&b);
        s.x = arena_printf(a, "%.1f", x);
        s.y = arena_printf(a, "%.1f", y);
    }
    return s;
}
