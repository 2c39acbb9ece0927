/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "scan/cage.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#ifndef WITH_ASAN
#include <seccomp.h>
#endif

#include "base/limit.h"
#include "bounce/wire.h"
#include "mail/charset.h"
#include "scan/cage_shared.h"

#ifndef WITH_ASAN
#define MEMORY_MORE ((size_t)256 << 20) /* bytes beyond what it has at its start */

static bool filter(void)
{
    static const int allowed[] = {
        SCMP_SYS(read),  SCMP_SYS(write),   SCMP_SYS(exit),         SCMP_SYS(exit_group),
        SCMP_SYS(brk),   SCMP_SYS(munmap),  SCMP_SYS(mremap),       SCMP_SYS(madvise),
        SCMP_SYS(futex), SCMP_SYS(rt_sigreturn), SCMP_SYS(clock_gettime), SCMP_SYS(restart_syscall),
    };
    scmp_filter_ctx context = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!context)
        return false;
    int rc = 0;
    for (size_t i = 0; !rc && i < sizeof allowed / sizeof *allowed; i++)
        rc = seccomp_rule_add(context, SCMP_ACT_ALLOW, allowed[i], 0);
    /* Memory of its own, and never to be run. */
    if (!rc)
        rc = seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                              SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
    if (!rc)
        rc = seccomp_load(context);
    seccomp_release(context);
    return rc == 0;
}

bool cage_confine(void)
{
    return limit_memory(MEMORY_MORE) && setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}) == 0 &&
           setrlimit(RLIMIT_NOFILE, &(struct rlimit){0, 0}) == 0 &&
           prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && filter();
}

static void leave_terminal(void)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; null >= 0 && fd <= 2; fd++)
        dup2(null, fd);
}
#else
bool cage_confine(void)
{
    return true;
}

static void leave_terminal(void)
{
}
#endif

struct worker {
    cage_decoder *decode;
    struct bounce_rules *rules;
    struct str wire;
};

static void answer(struct worker *worker, struct cage_region *region, uint32_t i, size_t *used)
{
    struct str *wire = &worker->wire;
    struct cage_piece message = region->message[i];
    struct span bytes = {region->in + message.offset, message.length};
    struct bounce *bounce = worker->decode(bytes, worker->rules);
    str_clear(wire);
    wire_write(bounce, wire);
    bounce_free(bounce);
    region->answer[i] = (struct cage_piece){0};
    if (wire->n > CAGE_OUT - *used)
        return;
    memcpy(region->out + *used, wire->at, wire->n);
    region->answer[i] = (struct cage_piece){(uint32_t)*used, (uint32_t)wire->n};
    *used += wire->n;
}

/* From `at` on: a new child goes on behind the message that cost the last one. */
static void work(struct worker *worker, struct cage_region *region)
{
    size_t used = 0;
    for (uint32_t i = 0; i < region->at && i < region->n; i++)
        if (region->answer[i].offset + region->answer[i].length > used)
            used = region->answer[i].offset + region->answer[i].length;
    for (uint32_t i = region->at; i < region->n && i < CAGE_BATCH; i++) {
        region->at = i;
        answer(worker, region, i, &used);
    }
    region->at = region->n;
}

static bool map_regions(struct cage_region **regions)
{
    for (int i = 0; i < CAGE_REGIONS; i++) {
        regions[i] = mmap(NULL, sizeof *regions[i], PROT_READ | PROT_WRITE, MAP_SHARED,
                          CAGE_MEMORY + i, 0);
        if (regions[i] == MAP_FAILED)
            return false;
        close(CAGE_MEMORY + i);
    }
    return true;
}

int cage_serve(cage_decoder *decode)
{
    struct cage_region *regions[CAGE_REGIONS];
    struct worker worker = {.decode = decode};
    close_range(CAGE_MEMORY + CAGE_REGIONS, ~0u, 0);
    leave_terminal();
    if (!map_regions(regions))
        return 1;
    if (regions[0]->rules[0] &&
        bounce_rules_load(regions[0]->rules, &worker.rules, NULL) != RESULT_OK)
        return 1;
    charset_open();
    tzset(); /* glibc's gmtime() looks at /etc/localtime, once */
    bounce_free(bounce_decode(SPAN(""), worker.rules)); /* its tables want files, too */
    if (!cage_confine())
        return 1;
    char byte = CAGE_READY;
    ssize_t n = write(CAGE_CHANNEL, &byte, 1);
    while (n == 1 && read(CAGE_CHANNEL, &byte, 1) == 1) {
        unsigned number = (unsigned char)byte;
        if (number >= CAGE_REGIONS)
            break;
        work(&worker, regions[number]);
        n = write(CAGE_CHANNEL, &byte, 1);
    }
    str_free(&worker.wire);
    bounce_rules_free(worker.rules);
    _exit(0); /* the filter lets little of exit() through */
}

int cage_child(void)
{
    return cage_serve(bounce_decode);
}
