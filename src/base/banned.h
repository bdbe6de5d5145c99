/* Included by every compile (-include): a call of one of these is a compile error. Use what stands beside it.
 */
#ifndef TANDEM_BANNED_H
#define TANDEM_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf /* buf_addf, arena_printf */
#pragma GCC poison strtok gets asctime ctime localtime gmtime     /* base/time.h */
#pragma GCC poison atoi atol atoll atof                           /* parse_int, parse_real in base/text.h */
#pragma GCC poison setenv putenv                                  /* not with threads */

#endif
