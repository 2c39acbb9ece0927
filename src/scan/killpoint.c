/* SPDX-License-Identifier: MIT */
#include "scan/killpoint.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

void killpoint(const char *name)
{
    static unsigned long count;
    const char *wanted = getenv("ZWROTKA_KILL_AT");
    size_t n = strlen(name);
    if (!wanted || strncmp(wanted, name, n) != 0 || (wanted[n] && wanted[n] != ':'))
        return;
    unsigned long at = wanted[n] ? strtoul(wanted + n + 1, NULL, 10) : 1;
    if (++count >= at)
        raise(SIGKILL);
}
