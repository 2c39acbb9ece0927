/* SPDX-License-Identifier: MIT
 *
 * What the process that speaks to servers may and may not do.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <linux/landlock.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mailbox/confine.h"

static char secret[] = "/var/tmp/zwrotka-confine-XXXXXX";

static bool has_landlock(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) >= 1;
}

static void *thread(void *arg)
{
    return arg;
}

static bool may_read_secret(void)
{
    return open(secret, O_RDONLY) >= 0;
}

static bool may_write(void)
{
    return open(secret, O_WRONLY) >= 0 || open("/var/tmp/zwrotka-new", O_RDWR | O_CREAT, 0600) >= 0;
}

static bool may_change_files(void)
{
    return unlink(secret) == 0 || rename(secret, "/var/tmp/zwrotka-other") == 0 ||
           mkdir("/var/tmp/zwrotka-dir", 0700) == 0 || chmod(secret, 0777) == 0;
}

static bool may_run(void)
{
    char *const words[] = {(char *)"true", NULL};
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    return pid > 0 || execv("/bin/true", words) == 0;
}

static bool may_touch_processes(void)
{
    return kill(getppid(), 0) == 0 || ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0 ||
           setuid(0) == 0;
}

static bool may_run_memory(void)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0 ||
           mmap(NULL, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool may_sniff(void)
{
    return socket(AF_PACKET, SOCK_RAW, 0) >= 0;
}

static bool may_look_up(void)
{
    struct addrinfo *found;
    return getaddrinfo("localhost", "993", NULL, &found) == 0;
}

static bool may_connect(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = 1, .sin_addr.s_addr = 0x0100007f};
    return fd >= 0 && (connect(fd, (struct sockaddr *)&to, sizeof to) == 0 || errno == ECONNREFUSED);
}

static bool may_start_thread(void)
{
    pthread_t one;
    return pthread_create(&one, NULL, thread, NULL) == 0 && pthread_join(one, NULL) == 0;
}

static bool may_trust(void)
{
    gnutls_certificate_credentials_t credentials;
    return gnutls_certificate_allocate_credentials(&credentials) == 0 &&
           gnutls_certificate_set_x509_system_trust(credentials) >= 0;
}

static const struct {
    const char *what;
    bool (*may)(void);
    bool wanted;
} rights[] = {
    {"read other files", may_read_secret, false},
    {"write files", may_write, false},
    {"delete, rename, make or chmod", may_change_files, false},
    {"run a program or fork", may_run, false},
    {"touch other processes", may_touch_processes, false},
    {"run what it wrote", may_run_memory, false},
    {"open raw sockets", may_sniff, false},
    {"look up names", may_look_up, true},
    {"connect", may_connect, true},
    {"start a thread", may_start_thread, true},
    {"read the system's authorities", may_trust, true},
};

static void each_right(void **state)
{
    (void)state;
#ifdef WITH_ASAN /* left out there */
    return;
#endif
    int fd = mkstemp(secret);
    assert_true(fd >= 0);
    close(fd);
    for (size_t i = 0; i < sizeof rights / sizeof *rights; i++) {
        int status;
        pid_t pid = fork();
        if (pid == 0)
            _exit(!confine(NULL) ? 2 : rights[i].may() ? 1 : 0);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        print_message("may it %s?\n", rights[i].what);
        assert_true(WIFEXITED(status));
        /* An older kernel cannot tell files apart. */
        if (rights[i].may != may_read_secret || has_landlock())
            assert_int_equal(WEXITSTATUS(status), rights[i].wanted);
    }
    unlink(secret);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_right)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
