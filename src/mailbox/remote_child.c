/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "mailbox/remote.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "mailbox/channel.h"
#include "mailbox/confine.h"
#include "mailbox/folders.h"
#include "mailbox/kind.h"

enum { ASK_IDS = 8192 };

/* One for the process: its callbacks have nothing else to go by. */
struct child {
    struct channel channel;
    struct mailbox_source source;
    struct mailbox_renewal renewal;
    struct str setup; /* that the source borrows from */
    struct str token;
    struct mailbox *mailbox;
    bool folders; /* are wanted */
    struct str out;
    bool woken;
};

/* The parent went away: it wants nothing any more. */
static _Noreturn void leave(struct child *child)
{
    mailbox_close(child->mailbox);
    _exit(0);
}

static void say(struct child *child, enum frame_kind kind, struct span more)
{
    if (!channel_send(&child->channel, kind, span_of_str(&child->out), more))
        leave(child);
    str_clear(&child->out);
}

static struct span expect(struct child *child, enum frame_kind wanted)
{
    struct span payload;
    enum frame_kind kind = 0;
    enum result result;
    do
        result = channel_next(&child->channel, -1, &kind, &payload);
    while (result == RESULT_NO || (result == RESULT_OK && kind == FRAME_WAKE));
    if (result || kind != wanted)
        leave(child);
    return payload;
}

/* ---- what the mailbox asks of its source */

static void reached(void *arg, enum mailbox_stage stage)
{
    struct child *child = arg;
    frame_number(&child->out, stage);
    say(child, FRAME_STAGE, SPAN(""));
}

static bool woken(void *arg)
{
    struct child *child = arg;
    struct pollfd one = {.fd = child->channel.fd, .events = POLLIN};
    struct span payload;
    enum frame_kind kind;
    if (!child->woken && poll(&one, 1, 0) > 0) {
        enum result result = channel_next(&child->channel, 0, &kind, &payload);
        if (result && result != RESULT_NO)
            leave(child);
        child->woken = result == RESULT_OK && kind == FRAME_WAKE;
    }
    return child->woken;
}

static enum result renew(void *arg, const char **token, struct error *error)
{
    struct child *child = arg;
    enum result result;
    const char *fresh;
    say(child, FRAME_RENEW, SPAN(""));
    struct span in = expect(child, FRAME_TOKEN);
    if (!frame_take_result(&in, &result, error) || !frame_take_text(&in, &fresh))
        leave(child);
    if (result)
        return result;
    str_clear(&child->token);
    str_add_text(&child->token, fresh ? fresh : "");
    *token = str_text(&child->token);
    return RESULT_OK;
}

static void ask(struct child *child, const char *const *ids, size_t n, bool *out)
{
    for (size_t from = 0; from < n; from += ASK_IDS) {
        size_t some = n - from < ASK_IDS ? n - from : ASK_IDS;
        for (size_t i = 0; i < some; i++)
            frame_text(&child->out, ids[from + i]);
        say(child, FRAME_ASK, SPAN(""));
        struct span in = expect(child, FRAME_KNOWN);
        if (in.n != some)
            leave(child);
        for (size_t i = 0; i < some; i++)
            out[from + i] = in.at[i] != 0;
    }
}

static bool known_there(void *arg, const char *id)
{
    bool known;
    ask(arg, &id, 1, &known);
    return known;
}

bool remote_ask_known(mailbox_known known, void *arg, const char *const *ids, size_t n, bool *out)
{
    if (known != known_there)
        return false;
    ask(arg, ids, n, out);
    return true;
}

/* ---- commands */

static bool take_setup(struct child *child, struct span in)
{
    struct mailbox_source *source = &child->source;
    uint64_t after, since, for_good, timeout, token, renews, folders;
    str_reserve(&child->setup, in.n);
    str_add(&child->setup, in);
    explicit_bzero((char *)in.at, in.n);
    in = span_of_str(&child->setup);
    if (!frame_take_text(&in, &source->url) || !frame_take_text(&in, &source->password) ||
        !frame_take_text(&in, &source->ca_file) || !frame_take_text(&in, &source->pin) ||
        !frame_take_number(&in, &after) || !frame_take_text(&in, &source->move_to) ||
        !frame_take_number(&in, &since) || !frame_take_number(&in, &for_good) ||
        !frame_take_number(&in, &timeout) || !frame_take_number(&in, &token) || !frame_take_number(&in, &renews) ||
        !frame_take_text(&in, &source->gap_from) || !frame_take_number(&in, &folders) ||
        !source->url)
        return false;
    child->folders = folders;
    source->account = "";
    source->after = (enum mailbox_after)after;
    source->since = (int64_t)since;
    source->since_for_good = for_good;
    source->timeout_ms = (unsigned)timeout;
    source->token = token;
    child->renewal = (struct mailbox_renewal){.ask = renew, .arg = child};
    source->renewal = renews ? &child->renewal : NULL;
    source->reached = reached;
    source->woken = woken;
    source->reached_arg = source->woken_arg = child;
    return true;
}

static void say_end(struct child *child, enum result result, const struct error *error)
{
    struct mailbox *mailbox = child->mailbox;
    frame_result(&child->out, result, error);
    frame_number(&child->out, mailbox ? mailbox->total : 0);
    frame_number(&child->out, mailbox ? mailbox->skipped : 0);
    frame_number(&child->out, mailbox ? mailbox->lost : 0);
    frame_text(&child->out, mailbox ? str_text(&mailbox->mark) : "");
    if (mailbox)
        mailbox->skipped = mailbox->lost = 0;
    say(child, FRAME_END, SPAN(""));
}

static void say_folders(struct child *child, struct mailbox_folder *folders, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        frame_text(&child->out, folders[i].name);
        frame_number(&child->out, folders[i].messages);
        frame_number(&child->out, folders[i].junk);
    }
    mailbox_folders_free(folders, n);
    say(child, FRAME_FOLDERS, SPAN(""));
}

static void open_mailbox(struct child *child)
{
    struct mailbox_folder *folders;
    struct error error = {""};
    enum result result;
    size_t n;
    if (!confine(child->source.ca_file))
        result = error_set(&error, RESULT_IO,
                           _("the process that speaks to the server could not give up its rights, so "
                             "it does not begin"));
    else if (child->folders)
        result = folders_here(&child->source, &folders, &n, &error);
    else
        result = mailbox_open_here(&child->source, &child->mailbox, &error);
    if (result) {
        child->mailbox = NULL;
        say_end(child, result, &error);
        return;
    }
    if (child->folders) {
        say_folders(child, folders, n);
        return;
    }
    frame_text(&child->out, child->mailbox->ops->name);
    frame_text(&child->out, str_text(&child->mailbox->place));
    frame_number(&child->out, child->mailbox->total);
    frame_text(&child->out, str_text(&child->mailbox->mark));
    frame_number(&child->out, child->mailbox->ops->wait != NULL);
    say(child, FRAME_OPENED, SPAN(""));
}

static void read_all(struct child *child)
{
    for (;;) {
        struct mailbox_message message = {0};
        struct error error = {""};
        enum result result = mailbox_next(child->mailbox, known_there, child, &message, &error);
        if (result && result != RESULT_DATA) {
            say_end(child, result, &error);
            return;
        }
        frame_text(&child->out, message.id);
        frame_text(&child->out, message.name);
        frame_number(&child->out, message.whole);
        frame_result(&child->out, result, &error);
        say(child, FRAME_MESSAGE, result ? SPAN("") : message.bytes);
    }
}

static void apply(struct child *child, struct span in)
{
    struct str copy = {0}; /* the frame goes when a token is asked for */
    const char **ids = NULL;
    size_t n = 0, room = 0;
    struct error error = {""};
    str_add(&copy, in);
    in = span_of_str(&copy);
    while (in.n) {
        ALLOC_GROW(ids, n, room);
        if (!frame_take_text(&in, &ids[n]) || !ids[n])
            leave(child);
        n++;
    }
    bool *done = alloc_zero(n + 1, sizeof *done);
    enum result result = mailbox_apply(child->mailbox, ids, n, done, &error);
    frame_result(&child->out, result, &error);
    frame_number(&child->out, n);
    for (size_t i = 0; i < n; i++)
        str_add_char(&child->out, done[i]);
    free(done);
    free(ids);
    str_free(&copy);
    say(child, FRAME_APPLIED, SPAN(""));
}

static void wait_for_news(struct child *child, struct span in)
{
    uint64_t ms, poll_ms;
    struct error error = {""};
    if (!frame_take_number(&in, &ms) || !frame_take_number(&in, &poll_ms))
        leave(child);
    child->woken = false;
    enum result result = mailbox_wait(child->mailbox, (unsigned)ms, (unsigned)poll_ms, &error);
    frame_result(&child->out, result, &error);
    say(child, FRAME_WAITED, SPAN(""));
}

static void put(struct child *child, struct span in)
{
    struct error error = {""};
    struct str copy = {0}; /* the frame goes when a token is asked for */
    str_add(&copy, in);
    enum result result = mailbox_put(child->mailbox, span_of_str(&copy), &error);
    str_free(&copy);
    frame_result(&child->out, result, &error);
    say(child, FRAME_WAITED, SPAN(""));
}

static void obey(struct child *child)
{
    struct span in;
    enum frame_kind kind;
    enum result result = channel_next(&child->channel, -1, &kind, &in);
    if (result == RESULT_NO)
        return;
    if (result || !child->mailbox)
        leave(child);
    if (kind == FRAME_READ)
        read_all(child);
    else if (kind == FRAME_APPLY)
        apply(child, in);
    else if (kind == FRAME_WAIT)
        wait_for_news(child, in);
    else if (kind == FRAME_PUT)
        put(child, in);
    else if (kind != FRAME_WAKE) /* one that came too late */
        leave(child);
}

static void leave_behind(void)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
#ifdef WITH_ASAN
    int last = 1; /* its findings are wanted */
#else
    int last = 2;
#endif
    for (int fd = 0; null >= 0 && fd <= last; fd++)
        dup2(null, fd);
    close_range(REMOTE_CHANNEL + 1, ~0u, 0);
}

int remote_child(void)
{
    struct child child = {.channel.fd = REMOTE_CHANNEL};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    leave_behind();
    (void)!*_("cancelled"); /* the translations are read before the rights go */
    if (!take_setup(&child, expect(&child, FRAME_SETUP)))
        return 1;
    open_mailbox(&child);
    for (;;)
        obey(&child);
}
