/* SPDX-License-Identifier: MIT
 *
 * A ring of batches, CAGE_REGIONS of them a child: filled in order, taken in order. Nothing that a
 * child writes is believed: answers are copied first, then read as hostile.
 */
#include "scan/cage.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/spawn.h"
#include "base/text.h"
#include "bounce/wire.h"
#include "scan/cage_shared.h"

enum { CHILDREN = 2, SLOTS = CHILDREN * CAGE_REGIONS };
enum { LOOK_MS = 100 };
#define CPU_MAX 2.0   /* seconds of processor time for a message */
#define CLOCK_MAX 60.0 /* seconds at all, on a machine that is very busy */
#define BATCH_BYTES ((size_t)1 << 20)
#define KEEP_BYTES ((size_t)4 << 20) /* a larger batch gives its memory back */

enum slot_state { SLOT_FREE, SLOT_FILLING, SLOT_SENT, SLOT_DONE };

struct slot {
    struct cage_region *region;
    int memory; /* descriptor */
    enum slot_state state;
    uint32_t n, taken;
    size_t in_used;
    void *tags[CAGE_BATCH];
    uint64_t lost; /* bit i: message i cost its child */
};

struct child {
    pid_t pid; /* 0: not started */
    int channel;
    bool ready; /* it said so */
    uint32_t watched; /* `at` when last looked, with the times then */
    double cpu, clock;
};

struct cage {
    const char *program, *rules;
    struct child children[CHILDREN];
    struct slot slots[SLOTS];
    unsigned fill, drain; /* ring positions */
};

static struct child *child_of(struct cage *cage, unsigned slot)
{
    return &cage->children[slot % CHILDREN];
}

static char number_of(unsigned slot)
{
    return (char)(slot / CHILDREN);
}

enum result cage_new(const char *program, const char *rules, struct cage **out,
                     struct error *error)
{
    struct bounce_rules *checked = NULL;
    enum result result = rules ? bounce_rules_load(rules, &checked, error) : RESULT_OK;
    bounce_rules_free(checked); /* a child reads them again for itself */
    if (result)
        return result;
    struct cage *cage = alloc_zero(1, sizeof *cage);
    cage->program = program ? program : "/proc/self/exe";
    cage->rules = rules;
    *out = cage;
    return RESULT_OK;
}

/* ---- children */

static void stop(struct child *child)
{
    if (!child->pid)
        return;
    kill(child->pid, SIGKILL);
    while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    close(child->channel);
    *child = (struct child){0};
}

void cage_free(struct cage *cage)
{
    if (!cage)
        return;
    for (int i = 0; i < CHILDREN; i++)
        if (cage->children[i].pid)
            kill(cage->children[i].pid, SIGKILL); /* they end side by side */
    for (int i = 0; i < CHILDREN; i++)
        stop(&cage->children[i]);
    for (int i = 0; i < SLOTS; i++)
        if (cage->slots[i].region) {
            munmap(cage->slots[i].region, sizeof *cage->slots[i].region);
            close(cage->slots[i].memory);
        }
    free(cage);
}

static enum result make_region(struct slot *slot, struct error *error)
{
    if (slot->region)
        return RESULT_OK;
    int fd = memfd_create("zwrotka-cage", MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, sizeof *slot->region) != 0)
        goto fail;
    void *map = mmap(NULL, sizeof *slot->region, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        goto fail;
    slot->region = map;
    slot->memory = fd;
    return RESULT_OK;
fail:
    error_system(error, _("shared memory"));
    if (fd >= 0)
        close(fd);
    return RESULT_IO;
}

static int spawn_child(struct cage *cage, unsigned first, int channel, pid_t *pid)
{
    char *words[] = {(char *)"zwrotka", (char *)CAGE_ARGUMENT, NULL}, *environment[] = {NULL};
    struct spawn child = {.program = cage->program, .words = words, .environment = environment,
                          .fds = {{channel, CAGE_CHANNEL}}, .n = 1 + CAGE_REGIONS, .block_signals = true};
    _Static_assert(1 + CAGE_REGIONS <= SPAWN_FDS, "a descriptor each");
    for (unsigned i = 0; i < CAGE_REGIONS; i++) {
        child.fds[1 + i].ours = cage->slots[first + i * CHILDREN].memory;
        child.fds[1 + i].its = CAGE_CHANNEL + 1 + (int)i;
    }
    return spawn(&child, pid);
}

static enum result not_started(struct error *error, int why)
{
    return error_set(error, RESULT_IO,
                     _("the decoder's own process could not be started%s%s; nothing was decoded"),
                     why ? ": " : "", why ? strerror(why) : "");
}

/* It is not waited for: what it says first is heard with its first answer. */
static enum result start(struct cage *cage, unsigned which, struct error *error)
{
    struct child *child = &cage->children[which];
    int pair[2];
    if (child->pid)
        return RESULT_OK;
    for (unsigned i = 0; i < CAGE_REGIONS; i++) {
        enum result result = make_region(&cage->slots[which + i * CHILDREN], error);
        if (result)
            return result;
    }
    struct cage_region *region = cage->slots[which].region;
    if (cage->rules && strlen(cage->rules) < sizeof region->rules)
        strcpy(region->rules, cage->rules);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return error_system(error, _("the decoder's channel"));
    int rc = spawn_child(cage, which, pair[1], &child->pid);
    close(pair[1]);
    child->channel = pair[0];
    child->watched = UINT32_MAX;
    if (rc == 0)
        return RESULT_OK;
    close(pair[0]);
    *child = (struct child){0};
    return not_started(error, rc);
}

enum result cage_start(struct cage *cage, unsigned n, struct error *error)
{
    enum result result = RESULT_OK;
    for (unsigned i = 0; i < n && i < CHILDREN && result == RESULT_OK; i++)
        result = start(cage, i, error);
    return result;
}

/* ---- batches */

static double cpu_of(pid_t pid)
{
    clockid_t id;
    struct timespec t = {0};
    if (clock_getcpuclockid(pid, &id) == 0)
        clock_gettime(id, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double clock_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool write_byte(int channel, char byte)
{
    return send(channel, &byte, 1, MSG_NOSIGNAL) == 1;
}

/* A failed write shows as an end of file when its answer is waited for. */
static enum result send_slot(struct cage *cage, unsigned at, struct error *error)
{
    struct slot *slot = &cage->slots[at];
    enum result result = start(cage, at % CHILDREN, error);
    if (result)
        return result;
    struct child *child = child_of(cage, at);
    slot->state = SLOT_SENT;
    child->watched = UINT32_MAX;
    write_byte(child->channel, number_of(at));
    return RESULT_OK;
}

static enum result dispatch(struct cage *cage, struct error *error)
{
    struct slot *slot = &cage->slots[cage->fill];
    slot->region->n = slot->n;
    slot->region->at = 0;
    enum result result = send_slot(cage, cage->fill, error);
    if (result == RESULT_OK)
        cage->fill = (cage->fill + 1) % SLOTS;
    return result;
}

enum result cage_put(struct cage *cage, struct span message, void *tag, struct error *error)
{
    struct slot *slot = &cage->slots[cage->fill];
    if (message.n > CAGE_IN)
        message.n = CAGE_IN;
    if (slot->state == SLOT_FILLING && message.n > CAGE_IN - slot->in_used) {
        enum result result = dispatch(cage, error);
        if (result)
            return result;
        slot = &cage->slots[cage->fill];
    }
    if (slot->state > SLOT_FILLING)
        return RESULT_NO;
    if (slot->state == SLOT_FREE) {
        enum result result = start(cage, cage->fill % CHILDREN, error);
        if (result)
            return result;
        slot->n = slot->taken = 0;
        slot->in_used = 0;
        slot->lost = 0;
        slot->state = SLOT_FILLING;
    }
    memcpy(slot->region->in + slot->in_used, message.n ? message.at : "", message.n);
    slot->region->message[slot->n] =
        (struct cage_piece){(uint32_t)slot->in_used, (uint32_t)message.n};
    slot->region->answer[slot->n] = (struct cage_piece){0};
    slot->tags[slot->n++] = tag;
    slot->in_used += message.n;
    if (slot->n == CAGE_BATCH || slot->in_used >= BATCH_BYTES)
        return dispatch(cage, error);
    return RESULT_OK;
}

/* ---- waiting */

/* The child died or was ended: the message it was at is lost, a new child goes on behind it. */
static enum result replace(struct cage *cage, unsigned at, struct error *error)
{
    struct slot *slot = &cage->slots[at];
    uint32_t bad = slot->region->at; /* the child's word: at worst another message is lost */
    bool ready = child_of(cage, at)->ready;
    stop(child_of(cage, at));
    if (!ready)
        return not_started(error, 0);
    if (bad < slot->n) {
        slot->lost |= 1ull << bad;
        slot->region->answer[bad] = (struct cage_piece){0};
        slot->region->at = bad + 1;
    } else {
        slot->region->at = slot->n;
    }
    slot->region->n = slot->n;
    enum result result = RESULT_OK;
    for (unsigned i = 0; i < CAGE_REGIONS && result == RESULT_OK; i++) {
        unsigned other = (at + i * CHILDREN) % SLOTS; /* this one first, in order */
        if (cage->slots[other].state == SLOT_SENT)
            result = send_slot(cage, other, error);
    }
    return result;
}

static bool too_long(struct child *child, const struct slot *slot)
{
    uint32_t at = slot->region->at;
    if (at != child->watched) {
        child->watched = at;
        child->cpu = cpu_of(child->pid);
        child->clock = clock_now();
        return false;
    }
    return cpu_of(child->pid) - child->cpu > CPU_MAX || clock_now() - child->clock > CLOCK_MAX;
}

/* The slot that a child answered for is done. False: the channel is at its end. */
static bool hear(struct cage *cage, unsigned which)
{
    struct child *child = &cage->children[which];
    char byte;
    ssize_t n;
    do
        n = read(child->channel, &byte, 1);
    while (n < 0 && errno == EINTR);
    child->watched = UINT32_MAX;
    if (n == 1 && !child->ready)
        return child->ready = byte == CAGE_READY;
    if (n != 1 || (unsigned char)byte >= CAGE_REGIONS)
        return false;
    struct slot *slot = &cage->slots[which + (unsigned)byte * CHILDREN];
    if (slot->state == SLOT_SENT)
        slot->state = SLOT_DONE;
    return true;
}

static enum result wait_for(struct cage *cage, unsigned at, struct error *error)
{
    enum result result = RESULT_OK;
    while (result == RESULT_OK && cage->slots[at].state == SLOT_SENT) {
        struct child *child = child_of(cage, at);
        struct pollfd poll_for = {.fd = child->channel, .events = POLLIN};
        int rc = poll(&poll_for, 1, LOOK_MS);
        if (rc > 0 && !hear(cage, at % CHILDREN))
            result = replace(cage, at, error);
        else if (rc == 0 && too_long(child, &cage->slots[at]))
            result = replace(cage, at, error);
    }
    return result;
}

/* ---- taking */

static void release(struct slot *slot)
{
    if (slot->in_used > KEEP_BYTES || slot->region->answer[slot->n - 1].offset > KEEP_BYTES)
        fallocate(slot->memory, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
                  sizeof *slot->region);
    slot->state = SLOT_FREE;
}

static void read_answer(struct slot *slot, uint32_t i, struct cage_result *result)
{
    /* looked at once: the child may change it at any time */
    const volatile struct cage_piece *said = &slot->region->answer[i];
    struct cage_piece piece = {said->offset, said->length};
    *result = (struct cage_result){.tag = slot->tags[i]};
    if (slot->lost & 1ull << i) {
        result->why = _("it crashed the decoder, or took too long or too much memory");
        return;
    }
    struct span answer = SPAN_NONE;
    if (piece.offset < CAGE_OUT && piece.length <= CAGE_OUT - piece.offset)
        answer = (struct span){slot->region->out + piece.offset, piece.length};
    if (!wire_read(answer, &result->bounce)) {
        result->bounce = NULL;
        result->why = _("the decoder gave no proper answer");
    }
}

enum result cage_take(struct cage *cage, struct cage_result *result, struct error *error)
{
    struct slot *slot = &cage->slots[cage->drain];
    enum result rc = RESULT_OK;
    if (slot->state == SLOT_FREE)
        return RESULT_NO;
    if (slot->state == SLOT_FILLING)
        rc = dispatch(cage, error);
    if (rc == RESULT_OK)
        rc = wait_for(cage, cage->drain, error);
    if (rc)
        return rc;
    read_answer(slot, slot->taken++, result);
    if (slot->taken == slot->n) {
        release(slot);
        cage->drain = (cage->drain + 1) % SLOTS;
    }
    return RESULT_OK;
}

bool cage_ready(struct cage *cage)
{
    unsigned at = cage->drain;
    /* the child's word, too, which saves asking the kernel after each message */
    if (cage->slots[at].state == SLOT_SENT &&
        cage->slots[at].region->at >= cage->slots[at].n) {
        struct pollfd poll_for = {.fd = child_of(cage, at)->channel, .events = POLLIN};
        if (poll(&poll_for, 1, 0) > 0 && poll_for.revents & POLLIN)
            hear(cage, at % CHILDREN);
    }
    return cage->slots[at].state == SLOT_DONE;
}

enum result cage_decode(struct cage *cage, struct span message, struct cage_result *result,
                        struct error *error)
{
    enum result rc = cage_put(cage, message, NULL, error);
    return rc ? rc : cage_take(cage, result, error);
}
