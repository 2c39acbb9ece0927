/* SPDX-License-Identifier: MIT */
#include "mailbox/resolve.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "mailbox/kind.h"

/* Shared by the asker and the thread; whoever is last frees it. */
struct lookup {
    atomic_int users;
    int done; /* eventfd */
    char *host;
    char port[8];
    int code, number; /* getaddrinfo's, and errno */
    struct addrinfo *found;
};

static void drop(struct lookup *lookup)
{
    if (atomic_fetch_sub(&lookup->users, 1) > 1)
        return;
    if (lookup->found)
        freeaddrinfo(lookup->found);
    close(lookup->done);
    free(lookup->host);
    free(lookup);
}

static void *run(void *arg)
{
    struct lookup *lookup = arg;
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_IDN | AI_NUMERICSERV};
    lookup->code = getaddrinfo(lookup->host, lookup->port, &hints, &lookup->found);
    lookup->number = errno;
    eventfd_write(lookup->done, 1);
    drop(lookup);
    return NULL;
}

/* The thread takes no signals: Ctrl-C belongs to those who can act on it. */
static bool start(struct lookup *lookup)
{
    sigset_t all, before;
    pthread_t thread;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&thread, NULL, run, lookup) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (started)
        pthread_detach(thread);
    return started;
}

static enum result wait_for(struct lookup *lookup, const struct mailbox_source *source,
                            unsigned timeout_ms, struct error *error)
{
    enum result result;
    for (unsigned waited = 0; waited < timeout_ms; waited += 100) {
        struct pollfd one = {.fd = lookup->done, .events = POLLIN};
        if ((result = kind_cancelled(source, error)) != RESULT_OK)
            return result;
        if (poll(&one, 1, 100) > 0)
            return RESULT_OK;
    }
    return error_set(error, RESULT_UNREACHABLE,
                     _("%s: no name server told its address within %u s; check this "
                       "machine's network"),
                     lookup->host, (timeout_ms + 999) / 1000);
}

enum result resolve(const char *host, unsigned port, const struct mailbox_source *source,
                    unsigned timeout_ms, struct addrinfo **out, struct error *error)
{
    struct lookup *lookup = alloc_zero(1, sizeof *lookup);
    lookup->users = 2;
    lookup->host = alloc_text(host);
    lookup->done = eventfd(0, EFD_CLOEXEC);
    snprintf(lookup->port, sizeof lookup->port, "%u", port);
    if (lookup->done < 0 || !start(lookup))
        run(lookup);
    enum result result = wait_for(lookup, source, timeout_ms, error);
    if (!result && lookup->code) {
        const char *why =
            lookup->code == EAI_SYSTEM ? strerror(lookup->number) : gai_strerror(lookup->code);
        result = error_set(error, RESULT_UNREACHABLE,
                           _("there is no server called %s, or no name server knows it now (%s); "
                             "check the spelling and this machine's network"),
                           host, why);
    } else if (!result) {
        *out = lookup->found;
        lookup->found = NULL;
    }
    drop(lookup);
    return result;
}
