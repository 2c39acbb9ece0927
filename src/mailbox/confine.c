/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "mailbox/confine.h"

#ifdef WITH_ASAN
bool confine(const char *ca_file)
{
    (void)ca_file;
    return true;
}
#else
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <netdb.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/limit.h"

#define MEMORY_MORE ((size_t)512 << 20) /* bytes beyond what it has: the longest list is 128 MB */

/* ---- files */

#define WRITING                                                                                    \
    (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |                               \
     LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | \
     LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |   \
     LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)
#define READING (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)

static void let_read(int rules, const char *path, uint64_t access)
{
    struct landlock_path_beneath_attr beneath = {.allowed_access = access,
                                                 .parent_fd = open(path, O_PATH | O_CLOEXEC)};
    if (beneath.parent_fd < 0)
        return;
    syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
    close(beneath.parent_fd);
}

/* True where the kernel has no Landlock: seccomp goes before it anyway. */
static bool confine_files(const char *ca_file)
{
    static const char *const trees[] = {"/etc", "/usr", "/lib", "/lib64", "/run"};
    struct landlock_ruleset_attr all = {.handled_access_fs =
                                            READING | WRITING | LANDLOCK_ACCESS_FS_EXECUTE};
    int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all.handled_access_fs, 0);
    if (rules < 0)
        return true;
    for (size_t i = 0; i < sizeof trees / sizeof *trees; i++)
        let_read(rules, trees[i], READING);
    if (ca_file)
        let_read(rules, ca_file, LANDLOCK_ACCESS_FS_READ_FILE);
    bool done = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    close(rules);
    return done;
}

/* ---- calls */

static const int allowed[] = {
    SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg), SCMP_SYS(recvmmsg), SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg),
    SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(shutdown), SCMP_SYS(getsockname),
    SCMP_SYS(getpeername), SCMP_SYS(getsockopt), SCMP_SYS(setsockopt), SCMP_SYS(poll),
    SCMP_SYS(ppoll), SCMP_SYS(select), SCMP_SYS(pselect6), SCMP_SYS(close), SCMP_SYS(fstat),
    SCMP_SYS(newfstatat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(statx), SCMP_SYS(lseek),
    SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink),
    SCMP_SYS(readlinkat), SCMP_SYS(getdents64), SCMP_SYS(fcntl), SCMP_SYS(munmap),
    SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(futex),
    SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(gettid), SCMP_SYS(getpid),
    SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(uname),
    SCMP_SYS(sysinfo), SCMP_SYS(getrandom), SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres),
    SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(time),
    SCMP_SYS(eventfd2), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(membarrier),
    SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(restart_syscall),
};
static const int families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};

/* Those that are allowed with some arguments only. */
static int allow_some(scmp_filter_ctx context)
{
    const uint64_t writes = O_ACCMODE | O_CREAT | O_TRUNC, runs = PROT_WRITE | PROT_EXEC;
    int rc = seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, writes, O_RDONLY));
    if (!rc)
        rc = seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(open), 1,
                              SCMP_A1(SCMP_CMP_MASKED_EQ, writes, O_RDONLY));
    for (size_t i = 0; !rc && i < sizeof families / sizeof *families; i++)
        rc = seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
                              SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i], 0));
    if (!rc) /* the resolver asks how much there is */
        rc = seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
                              SCMP_A1(SCMP_CMP_EQ, FIONREAD, 0));
    /* Libraries that know names (NSS) may be loaded; what is written is never run. */
    for (uint64_t right = 0; !rc && right < 2; right++)
        rc = seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, runs, right ? PROT_WRITE : 0));
    if (!rc)
        rc = seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, runs, PROT_EXEC));
    if (!rc)
        rc = seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    if (!rc) /* threads, of the look-up of names; no process */
        rc = seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                              SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
    if (!rc) /* whose arguments a filter cannot see: then the C library takes clone */
        rc = seccomp_rule_add(context, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    return rc;
}

static bool confine_calls(void)
{
    scmp_filter_ctx context = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!context)
        return false;
    int rc = 0;
    for (size_t i = 0; !rc && i < sizeof allowed / sizeof *allowed; i++)
        rc = seccomp_rule_add(context, SCMP_ACT_ALLOW, allowed[i], 0);
    if (!rc)
        rc = allow_some(context);
    if (!rc)
        rc = seccomp_load(context);
    seccomp_release(context);
    return rc == 0;
}

static bool confine_resources(void)
{
    return limit_memory(MEMORY_MORE) &&
           setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}) == 0 &&
           setrlimit(RLIMIT_FSIZE, &(struct rlimit){0, 0}) == 0 &&
           setrlimit(RLIMIT_NOFILE, &(struct rlimit){64, 64}) == 0;
}

bool confine(const char *ca_file)
{
    struct addrinfo *found = NULL;
    tzset();
    if (getaddrinfo("localhost", NULL, NULL, &found) == 0) /* NSS reads its configuration */
        freeaddrinfo(found);
    return confine_resources() && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
           prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && confine_files(ca_file) && confine_calls();
}
#endif
