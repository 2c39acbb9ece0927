/* SPDX-License-Identifier: MIT */
#include "mailbox/remote.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/spawn.h"
#include "base/text.h"
#include "mailbox/channel.h"
#include "mailbox/folders.h"
#include "mailbox/kind.h"

enum { LOOK_MS = 100, GOODBYE_MS = 2500, BUFFER_BYTES = 1 << 20 };

struct remote {
    struct mailbox base;
    struct mailbox_ops ops; /* ours, with or without wait */
    struct channel channel;
    pid_t pid;    /* 0: none */
    bool opened;
    bool reading; /* it sends what is new */
    bool woke;
    bool folders; /* they are wanted, and no mail */
};

/* ---- the process */

/* Ends it at once, or lets it take leave of the server. */
static void stop(struct remote *remote, bool politely)
{
    if (!remote->pid)
        return;
    channel_free(&remote->channel);
    int64_t end = clock_ms() + (politely ? GOODBYE_MS : 0);
    pid_t gone = 0;
    while (gone == 0 && clock_ms() < end) {
        gone = waitpid(remote->pid, NULL, WNOHANG);
        if (gone == 0)
            poll(NULL, 0, 2);
    }
    if (gone == 0)
        kill(remote->pid, SIGKILL);
    while (gone == 0 && (gone = waitpid(remote->pid, NULL, 0)) < 0 && errno == EINTR)
        gone = 0;
    remote->pid = 0;
    remote->opened = remote->reading = remote->woke = false;
}

/* What the child's sentences and look-ups need of the environment; no secret may lie in it. */
static char **make_environment(void)
{
    extern char **environ;
    static const char *const kept[] = {"LANG=", "LANGUAGE=", "LC_", "TZ=", "RES_OPTIONS=",
                                       "LOCALDOMAIN=", "PATH=", "ASAN_OPTIONS=", "LSAN_OPTIONS=",
                                       "UBSAN_OPTIONS=", "LD_LIBRARY_PATH="};
    size_t n = 0, used = 0;
    while (environ[n])
        n++;
    char **out = alloc_zero(n + 1, sizeof *out);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < sizeof kept / sizeof *kept; k++)
            if (strncmp(environ[i], kept[k], strlen(kept[k])) == 0)
                out[used++] = environ[i];
    return out;
}

static int spawn_remote(int channel, pid_t *pid)
{
    char *words[] = {(char *)"zwrotka", (char *)REMOTE_ARGUMENT, NULL};
    char **environment = make_environment();
    struct spawn child = {.program = "/proc/self/exe", .words = words, .environment = environment,
                          .fds = {{channel, REMOTE_CHANNEL}}, .n = 1, .block_signals = true};
    int failed = spawn(&child, pid);
    free(environment);
    return failed;
}

static enum result start(struct remote *remote, struct error *error)
{
    int pair[2], size = BUFFER_BYTES;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return error_system(error, _("the mail server's process"));
    for (int i = 0; i < 2; i++)
        setsockopt(pair[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    int failed = spawn_remote(pair[1], &remote->pid);
    close(pair[1]);
    remote->channel = (struct channel){.fd = pair[0]};
    if (failed) {
        remote->pid = 0;
        channel_free(&remote->channel);
        errno = failed;
        return error_system(error, _("the mail server's process"));
    }
    return RESULT_OK;
}

/* ---- frames */

static enum result lost(struct remote *remote, struct error *error)
{
    stop(remote, false);
    return error_set(error, RESULT_UNREACHABLE,
                     _("%s: the process that spoke to the server ended unexpectedly, by something "
                       "the server sent or for want of memory; the next scan goes on from here"),
                     remote->base.source->url);
}

static bool answer_token(struct remote *remote)
{
    struct mailbox_renewal *renewal = remote->base.source->renewal;
    struct error error = {""};
    struct str payload = {0};
    const char *token = NULL;
    enum result result = renewal ? renewal->ask(renewal->arg, &token, &error) : RESULT_DENIED;
    if (!result)
        renewal->token = token;
    str_reserve(&payload, (token ? strlen(token) : 0) + sizeof error.text + 64);
    frame_result(&payload, result, &error);
    frame_text(&payload, result ? NULL : token);
    bool sent = channel_send(&remote->channel, FRAME_TOKEN, span_of_str(&payload), SPAN(""));
    explicit_bzero(payload.at, payload.capacity);
    str_free(&payload);
    return sent;
}

static bool answer_known(struct remote *remote, struct span in, mailbox_known known, void *arg)
{
    struct str answer = {0};
    const char *id;
    bool fine = true;
    while (in.n && (fine = frame_take_text(&in, &id)))
        str_add_char(&answer, id && known && known(arg, id));
    fine = fine && channel_send(&remote->channel, FRAME_KNOWN, span_of_str(&answer), SPAN(""));
    str_free(&answer);
    return fine;
}

static bool tell_stage(const struct remote *remote, struct span in)
{
    uint64_t stage;
    if (!frame_take_number(&in, &stage) || stage > STAGE_OPENED)
        return false;
    kind_reached(remote->base.source, (enum mailbox_stage)stage);
    return true;
}

/* The next frame that is not answered here. */
static enum result hear(struct remote *remote, mailbox_known known, void *arg, bool wakes,
                        enum frame_kind *kind, struct span *payload, struct error *error)
{
    const struct mailbox_source *source = remote->base.source;
    for (;;) {
        enum result result = kind_cancelled(source, error);
        if (result) {
            stop(remote, false);
            return result;
        }
        if (wakes && !remote->woke && kind_woken(source))
            remote->woke = channel_send(&remote->channel, FRAME_WAKE, SPAN(""), SPAN(""));
        result = channel_next(&remote->channel, LOOK_MS, kind, payload);
        if (result == RESULT_NO)
            continue;
        bool fine = result == RESULT_OK;
        if (fine && *kind == FRAME_RENEW)
            fine = answer_token(remote);
        else if (fine && *kind == FRAME_STAGE)
            fine = tell_stage(remote, *payload);
        else if (fine && *kind == FRAME_ASK)
            fine = answer_known(remote, *payload, known, arg);
        else if (fine)
            return RESULT_OK;
        if (!fine && kind_cancelled(source, error)) {
            stop(remote, false);
            return RESULT_CANCELLED;
        }
        if (!fine)
            return lost(remote, error);
    }
}

static void setup_payload(const struct remote *remote, struct str *out)
{
    const struct mailbox_source *source = remote->base.source;
    const char *password = kind_password(source);
    str_reserve(out, (password ? strlen(password) : 0) + 8192); /* growing leaves copies behind */
    frame_text(out, source->url);
    frame_text(out, password);
    frame_text(out, source->ca_file);
    frame_text(out, source->pin);
    frame_number(out, source->after);
    frame_text(out, source->move_to);
    frame_number(out, (uint64_t)source->since);
    frame_number(out, source->since_for_good);
    frame_number(out, source->timeout_ms);
    frame_number(out, source->token);
    frame_number(out, source->renewal != NULL);
    frame_text(out, source->gap_from);
    frame_number(out, remote->folders);
}

/* END's payload; its result. */
static enum result take_end(struct remote *remote, struct span in, struct error *error)
{
    enum result result;
    uint64_t total, skipped, gone;
    const char *mark;
    struct mailbox *base = &remote->base;
    if (!frame_take_result(&in, &result, error) || !frame_take_number(&in, &total) ||
        !frame_take_number(&in, &skipped) || !frame_take_number(&in, &gone) ||
        !frame_take_text(&in, &mark))
        return lost(remote, error);
    base->total = total;
    base->skipped += skipped;
    base->lost += gone;
    str_clear(&base->mark);
    str_add_text(&base->mark, mark ? mark : "");
    return result;
}

static enum result take_opened(struct remote *remote, struct span in, struct error *error)
{
    const char *name, *place, *mark;
    uint64_t total, waits;
    struct mailbox *base = &remote->base;
    if (!frame_take_text(&in, &name) || !frame_take_text(&in, &place) ||
        !frame_take_number(&in, &total) || !frame_take_text(&in, &mark) ||
        !frame_take_number(&in, &waits))
        return lost(remote, error);
    remote->ops.name = strcmp(name ? name : "", "pop3") == 0 ? "pop3" : "imap";
    str_clear(&base->place);
    str_add_text(&base->place, place ? place : "");
    base->total = total;
    str_clear(&base->mark);
    str_add_text(&base->mark, mark ? mark : "");
    if (!waits)
        remote->ops.wait = NULL;
    if (strcmp(remote->ops.name, "pop3") == 0)
        remote->ops.put = NULL;
    return RESULT_OK;
}

/* Starts the process; its first answer, that is no failure. */
static enum result begin(struct remote *remote, enum frame_kind wanted, struct span *in,
                         struct error *error)
{
    struct str payload = {0};
    enum frame_kind kind;
    enum result result = start(remote, error);
    if (result)
        return result;
    setup_payload(remote, &payload);
    if (!channel_send(&remote->channel, FRAME_SETUP, span_of_str(&payload), SPAN("")))
        result = lost(remote, error);
    explicit_bzero(payload.at, payload.capacity);
    str_free(&payload);
    if (!result)
        result = hear(remote, NULL, NULL, false, &kind, in, error);
    if (result || kind == wanted)
        return result;
    result = kind == FRAME_END ? take_end(remote, *in, error) : RESULT_OK;
    if (!result || result == RESULT_NO)
        return lost(remote, error);
    stop(remote, true);
    return result;
}

/* Has it open the mailbox, if it has not. */
static enum result ensure(struct remote *remote, struct error *error)
{
    struct span in;
    enum result result = remote->pid ? RESULT_OK : begin(remote, FRAME_OPENED, &in, error);
    if (result || remote->opened)
        return result;
    remote->opened = true;
    return take_opened(remote, in, error);
}

/* ---- as a mailbox */

static void remote_close(struct mailbox *mailbox)
{
    struct remote *remote = (struct remote *)mailbox;
    stop(remote, !remote->reading && !kind_cancelled(mailbox->source, NULL));
    str_free(&mailbox->place);
    str_free(&mailbox->mark);
    free(remote);
}

static enum result take_message(struct remote *remote, struct span in,
                                struct mailbox_message *message, struct error *error)
{
    uint64_t whole;
    enum result result;
    if (!frame_take_text(&in, &message->id) || !message->id || !frame_take_text(&in, &message->name) ||
        !frame_take_number(&in, &whole) || !frame_take_result(&in, &result, error) ||
        (result && result != RESULT_DATA))
        return lost(remote, error);
    message->name = message->name ? message->name : "";
    message->whole = whole && !result;
    message->bytes = in;
    return result;
}

static enum result remote_next(struct mailbox *mailbox, mailbox_known known, void *arg,
                               struct mailbox_message *message, struct error *error)
{
    struct remote *remote = (struct remote *)mailbox;
    struct span in;
    enum frame_kind kind;
    enum result result = ensure(remote, error);
    if (result)
        return result;
    if (!remote->reading && !channel_send(&remote->channel, FRAME_READ, SPAN(""), SPAN("")))
        return lost(remote, error);
    remote->reading = true;
    result = hear(remote, known, arg, false, &kind, &in, error);
    if (result)
        return result;
    if (kind == FRAME_MESSAGE)
        return take_message(remote, in, message, error);
    if (kind != FRAME_END)
        return lost(remote, error);
    remote->reading = false;
    result = take_end(remote, in, error);
    return result ? result : lost(remote, error); /* its end is NO */
}

static enum result remote_apply(struct mailbox *mailbox, const char *const *ids, size_t n,
                                bool *done, struct error *error)
{
    enum { PIECE_IDS = 100000 };
    struct remote *remote = (struct remote *)mailbox;
    struct str payload = {0};
    struct span in, flags;
    enum frame_kind kind;
    if (remote->reading)
        stop(remote, false); /* in the middle of an answer */
    enum result result = ensure(remote, error), said = RESULT_OK;
    for (size_t from = 0; !result && !said && from < n; from += PIECE_IDS) {
        size_t some = n - from < PIECE_IDS ? n - from : PIECE_IDS;
        str_clear(&payload);
        for (size_t i = 0; i < some; i++)
            frame_text(&payload, ids[from + i]);
        if (!channel_send(&remote->channel, FRAME_APPLY, span_of_str(&payload), SPAN("")))
            result = lost(remote, error);
        if (!result)
            result = hear(remote, NULL, NULL, false, &kind, &in, error);
        if (!result && (kind != FRAME_APPLIED || !frame_take_result(&in, &said, error) ||
                        !frame_take_bytes(&in, &flags) || flags.n != some))
            result = lost(remote, error);
        for (size_t i = 0; !result && i < some; i++)
            done[from + i] = flags.at[i] == 1;
    }
    str_free(&payload);
    return result ? result : said;
}

static enum result remote_wait(struct mailbox *mailbox, unsigned ms, unsigned poll_ms,
                               struct error *error)
{
    struct remote *remote = (struct remote *)mailbox;
    struct str payload = {0};
    struct span in;
    enum frame_kind kind;
    enum result said;
    if (!remote->pid || remote->reading)
        return error_set(error, RESULT_UNREACHABLE, _("%s: not connected"), mailbox->source->url);
    frame_number(&payload, ms);
    frame_number(&payload, poll_ms);
    bool sent = channel_send(&remote->channel, FRAME_WAIT, span_of_str(&payload), SPAN(""));
    str_free(&payload);
    remote->woke = false;
    enum result result =
        sent ? hear(remote, NULL, NULL, true, &kind, &in, error) : lost(remote, error);
    if (result)
        return result;
    if (kind != FRAME_WAITED || !frame_take_result(&in, &said, error))
        return lost(remote, error);
    return said;
}

static enum result remote_put(struct mailbox *mailbox, struct span bytes, struct error *error)
{
    struct remote *remote = (struct remote *)mailbox;
    struct span in;
    enum frame_kind kind;
    enum result said, result = ensure(remote, error);
    if (!result && !channel_send(&remote->channel, FRAME_PUT, bytes, SPAN("")))
        result = lost(remote, error);
    if (!result)
        result = hear(remote, NULL, NULL, false, &kind, &in, error);
    if (result)
        return result;
    if (kind != FRAME_WAITED || !frame_take_result(&in, &said, error))
        return lost(remote, error);
    return said;
}

enum result remote_open(const struct mailbox_source *source, struct mailbox **out,
                        struct error *error)
{
    struct remote *remote = alloc_zero(1, sizeof *remote);
    remote->ops = (struct mailbox_ops){"imap",       remote_open,  remote_next,
                                       remote_apply, remote_close, remote_wait,
                                       remote_put};
    remote->base = (struct mailbox){.ops = &remote->ops, .source = source};
    enum result result = ensure(remote, error);
    if (result)
        remote_close(&remote->base);
    else
        *out = &remote->base;
    return result;
}

static bool take_folder(struct span *in, struct mailbox_folder *folder)
{
    const char *name;
    uint64_t messages, junk;
    if (!frame_take_text(in, &name) || !frame_take_number(in, &messages) ||
        !frame_take_number(in, &junk) || !name)
        return false;
    *folder = (struct mailbox_folder){alloc_text(name), messages, junk != 0};
    return true;
}

enum result remote_folders(const struct mailbox_source *source, struct mailbox_folder **out,
                           size_t *n, struct error *error)
{
    struct remote remote = {.base.source = source, .folders = true};
    struct mailbox_folder *folders = NULL;
    struct span in;
    size_t found = 0, room = 0;
    enum result result = begin(&remote, FRAME_FOLDERS, &in, error);
    while (!result && in.n) {
        ALLOC_GROW(folders, found, room);
        if (take_folder(&in, &folders[found]))
            found++;
        else
            result = lost(&remote, error);
    }
    stop(&remote, true);
    str_free(&remote.base.mark);
    if (result) {
        mailbox_folders_free(folders, found);
        return result;
    }
    *out = folders;
    *n = found;
    return RESULT_OK;
}
