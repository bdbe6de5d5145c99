/* Writing to files by their descriptor. */
#ifndef TANDEM_FD_H
#define TANDEM_FD_H

#include "base/base.h"

/* All of it, also where the system takes it in parts; errno says why not. */
bool write_all(int fd, const char *data, size_t n) MUST;

#endif
