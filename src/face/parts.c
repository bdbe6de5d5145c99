#include "face/parts.h"

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
