/* SPDX-License-Identifier: MIT
 *
 * Threads that share a piece of work with this one for some milliseconds.
 */
#ifndef BASE_BESIDE_H
#define BASE_BESIDE_H

#include <pthread.h>

enum { BESIDE_MOST = 3 };

struct beside {
    pthread_t threads[BESIDE_MOST];
    int n;
};

/* Runs it in a thread for each processor that is ours but for the one that this thread runs on; in none if
 * there is no other, or no thread to be had. A thread that is merely woken begins where its waker runs and,
 * if the processors share no cache, is moved away only after some 20 ms, when all may be over. */
void beside_start(struct beside *beside, void *(*run)(void *arg), void *arg);
void beside_join(struct beside *beside);

#endif
