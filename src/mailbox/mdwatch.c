/* SPDX-License-Identifier: MIT */
#include "mailbox/mdwatch.h"

#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/clock.h"
#include "mailbox/kind.h"

/* MODIFY and CLOSE_WRITE for who writes into new itself: its message is not whole before. */
#define DELIVERED (IN_CREATE | IN_MOVED_TO | IN_MODIFY | IN_CLOSE_WRITE)
#define FOLDERS (IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF)
enum { QUIET_MS = 50, QUIET_MOST_MS = 1000 };

static void add(struct mdwatch *watch, const char *path, struct span below, uint32_t mask)
{
    struct str full = {0};
    str_add_text(&full, path);
    if (below.n) {
        str_add_char(&full, '/');
        str_add(&full, below);
    }
    if (inotify_add_watch(watch->fd, str_text(&full), mask | IN_ONLYDIR | IN_DONT_FOLLOW) < 0) {
        mdwatch_end(watch); /* no more watches to be had, or a folder went: look now and then */
        watch->begun = true;
        watch->fd = -1;
    }
    str_free(&full);
}

void mdwatch_set(struct mdwatch *watch, const char *path, const struct mdlist *list)
{
    mdwatch_end(watch);
    watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    watch->begun = true;
    if (watch->fd >= 0)
        add(watch, path, SPAN(""), FOLDERS);
    for (size_t i = 0; i < list->leaves_n && watch->fd >= 0; i++) {
        const struct mdlist_leaf *leaf = &list->leaves[i];
        struct span folder = {leaf->name, leaf->folder_n};
        if (folder.n)
            add(watch, path, folder, FOLDERS);
        if (watch->fd >= 0)
            add(watch, path, span_of(leaf->name), DELIVERED);
    }
}

/* Takes what was told; true if anything was. */
static bool drain(struct mdwatch *watch)
{
    _Alignas(struct inotify_event) char events[16384];
    bool any = false;
    ssize_t n;
    while ((n = read(watch->fd, events, sizeof events)) > 0) {
        any = true;
        for (char *at = events; at < events + n;) {
            const struct inotify_event *event = (const void *)at;
            if (event->mask & (IN_ISDIR | IN_Q_OVERFLOW | IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF))
                watch->stale = true;
            at += sizeof *event + event->len;
        }
    }
    return any;
}

static bool readable(struct mdwatch *watch, int ms)
{
    struct pollfd one = {.fd = watch->fd, .events = POLLIN};
    return poll(&one, 1, ms) > 0;
}

enum result mdwatch_wait(struct mdwatch *watch, const struct mailbox_source *source, unsigned ms,
                         unsigned poll_ms, struct error *error)
{
    if (watch->fd < 0)
        return kind_sleep(source, poll_ms, error);
    for (int64_t end = clock_ms() + ms, left; (left = end - clock_ms()) > 0;) {
        enum result result = kind_cancelled(source, error);
        if (result)
            return result;
        if (kind_woken(source))
            return RESULT_OK;
        if (!readable(watch, left < KIND_SLICE_MS ? (int)left : KIND_SLICE_MS))
            continue;
        int64_t most = clock_ms() + QUIET_MOST_MS;
        do
            drain(watch);
        while (clock_ms() < most && readable(watch, QUIET_MS));
        return RESULT_OK;
    }
    return RESULT_NO;
}

void mdwatch_end(struct mdwatch *watch)
{
    if (watch->begun && watch->fd >= 0)
        close(watch->fd);
    *watch = (struct mdwatch){0};
}
