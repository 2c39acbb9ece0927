/* SPDX-License-Identifier: MIT */
#include "base/beside.h"

#include <sched.h>

static int other_processors(cpu_set_t *set)
{
    int here = sched_getcpu();
    CPU_ZERO(set);
    if (sched_getaffinity(0, sizeof *set, set) == 0 && here >= 0)
        CPU_CLR((size_t)here, set);
    return CPU_COUNT(set);
}

void beside_start(struct beside *beside, void *(*run)(void *arg), void *arg)
{
    cpu_set_t set;
    pthread_attr_t where;
    int most = other_processors(&set);
    beside->n = 0;
    if (most == 0 || pthread_attr_init(&where) != 0)
        return;
    pthread_attr_setaffinity_np(&where, sizeof set, &set);
    while (beside->n < BESIDE_MOST && beside->n < most &&
           pthread_create(&beside->threads[beside->n], &where, run, arg) == 0)
        beside->n++;
    pthread_attr_destroy(&where);
}

void beside_join(struct beside *beside)
{
    while (beside->n > 0)
        pthread_join(beside->threads[--beside->n], NULL);
}
