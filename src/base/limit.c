/* SPDX-License-Identifier: MIT */
#include "base/limit.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

bool limit_memory(size_t more)
{
    unsigned long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "re");
    if (!statm || fscanf(statm, "%lu", &pages) != 1)
        pages = 0;
    if (statm)
        fclose(statm);
    rlim_t most = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + more;
    return pages && setrlimit(RLIMIT_AS, &(struct rlimit){most, most}) == 0;
}
