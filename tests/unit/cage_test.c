/* SPDX-License-Identifier: MIT
 *
 * The cage with a decoder that misbehaves: this very program is the child, and does what a message
 * says. And the filter of the release build: what it is not allowed to do ends it.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "bounce/wire.h"
#include "scan/cage.h"

static struct bounce *misbehave(struct span message, const struct bounce_rules *rules)
{
    if (span_equal(message, SPAN("crash")))
        abort();
    if (span_equal(message, SPAN("spin")))
        for (volatile int i = 0;; i = !i)
            ;
    if (span_equal(message, SPAN("swell")))
        for (size_t i = 0; i < 1 << 20; i++)
            memset(alloc(1 << 20), 1, 1 << 20);
    if (span_equal(message, SPAN("open")))
        close(open("/etc/passwd", O_RDONLY));
    if (span_equal(message, SPAN("exit")))
        _exit(0);
    return bounce_decode(message, rules);
}

static struct cage *cage_make(void)
{
    struct cage *cage = NULL;
    assert_int_equal(cage_new(NULL, NULL, &cage, NULL), RESULT_OK);
    return cage;
}

/* Puts `n` messages, takes them all, in order; counts those that could not be decoded. */
static size_t through(struct cage *cage, const char *const *messages, size_t n)
{
    struct error error = {""};
    struct cage_result result;
    size_t put = 0, taken = 0, lost = 0;
    while (taken < n) {
        enum result rc = RESULT_NO;
        while (put < n && (rc = cage_put(cage, span_of(messages[put]), (void *)messages[put],
                                         &error)) == RESULT_OK)
            put++;
        assert_true(rc == RESULT_OK || rc == RESULT_NO);
        if (cage_take(cage, &result, &error) != RESULT_OK)
            fail_msg("%s", error.text);
        assert_ptr_equal(result.tag, messages[taken]);
        taken++;
        lost += !result.bounce;
        assert_true(result.bounce || result.why);
        bounce_free(result.bounce);
    }
    assert_int_equal(cage_take(cage, &result, &error), RESULT_NO);
    return lost;
}

static void good_ones_pass(void **state)
{
    (void)state;
    enum { N = 1000 };
    const char *messages[N];
    for (int i = 0; i < N; i++)
        messages[i] = "Subject: x\n\nhello\n";
    struct cage *cage = cage_make();
    assert_int_equal(through(cage, messages, N), 0);
    assert_int_equal(through(cage, messages, 1), 0);
    cage_free(cage);
}

/* Wherever the descriptors for the child lie, it gets them. */
static void many_files_may_be_open(void **state)
{
    const char *message = "Subject: x\n\nhello\n";
    int first = -1, last = -1;
    (void)state;
    while (last < 80) {
        last = open("/dev/null", O_RDONLY | O_CLOEXEC);
        assert_true(last >= 0);
        first = first < 0 ? last : first;
        if (last < 50)
            continue;
        struct cage *cage = cage_make();
        assert_int_equal(through(cage, &message, 1), 0);
        cage_free(cage);
    }
    while (last >= first)
        close(last--);
}

static void bad_ones_cost_themselves(void **state)
{
    (void)state;
    enum { N = 400 };
    const char *messages[N];
    size_t bad = 0;
    for (int i = 0; i < N; i++) {
        bool crashes = i % 50 == 7, ends = i == 130 || i == 131;
        messages[i] = crashes ? "crash" : ends ? "exit" : "Subject: y\n\nx\n";
        bad += crashes || ends;
    }
    struct cage *cage = cage_make();
    assert_int_equal(through(cage, messages, N), bad);
    cage_free(cage);
}

static void slow_ones_are_ended(void **state)
{
    (void)state;
    const char *const messages[] = {"Subject: z\n\n", "spin", "Subject: z\n\n"};
    struct cage *cage = cage_make();
    assert_int_equal(through(cage, messages, 3), 1);
    cage_free(cage);
}

static void nothing_in_is_nothing_out(void **state)
{
    (void)state;
    struct cage *cage = cage_make();
    const char *const messages[] = {""};
    struct cage_result result;
    assert_int_equal(cage_take(cage, &result, NULL), RESULT_NO);
    assert_false(cage_ready(cage));
    assert_int_equal(through(cage, messages, 1), 0);
    cage_free(cage);
}

static void no_child_is_an_error(void **state)
{
    (void)state;
    struct cage *cage = NULL;
    struct error error = {""};
    assert_int_equal(cage_new("/bin/false", NULL, &cage, &error), RESULT_OK);
    struct cage_result decoded;
    assert_int_equal(cage_decode(cage, SPAN("x"), &decoded, &error), RESULT_IO);
    assert_true(strlen(error.text) > 0);
    cage_free(cage);
    assert_int_equal(cage_new("/nowhere/zwrotka", NULL, &cage, &error), RESULT_OK);
    assert_int_equal(cage_decode(cage, SPAN("x"), &decoded, &error), RESULT_IO);
    cage_free(cage);
}

/* Bytes that are no text, in every field of a report: the answer is clean, so that it can be read. */
static void rubbish_becomes_text(void **state)
{
    static const char report[] =
        "From: MAILER-DAEMON@mx.example\nSubject: \x01\xC3 x\nContent-Type: multipart/report; "
        "boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; "
        "\x01m\xC3 x\n\nOriginal-Recipient: rfc822; o\x01\xC3@wp.example\nFinal-Recipient: rfc822; "
        "jan@wp.example\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; \x02r\xC3 x\nDiagnostic-Code: "
        "smtp; 550 \x03 no such user \xC3\n\n--b--\n";
    struct bounce *bounce = bounce_decode(SPAN(report), NULL), *again;
    struct str wire = {0};
    (void)state;
    wire_write(bounce, &wire);
    assert_int_equal(bounce->n, 1);
    assert_true(wire_read(span_of_str(&wire), &again));
    bounce_free(again);
    bounce_free(bounce);
    str_free(&wire);
}

static void answers_survive_the_wire(void **state)
{
    (void)state;
    struct bounce *bounce = bounce_decode(
        SPAN("From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\nHi. This is the qmail-send "
             "program at mx.example.\n\n<jan@wp.example>:\nSorry, no mailbox here by that name. "
             "(#5.1.1)\n"),
        NULL);
    struct bounce *again;
    struct str wire = {0}, second = {0};
    wire_write(bounce, &wire);
    assert_int_equal(bounce->n, 1);
    assert_true(wire_read(span_of_str(&wire), &again));
    wire_write(again, &second);
    assert_true(span_equal(span_of_str(&wire), span_of_str(&second)));
    bounce_free(again);
    /* no prefix is an answer, and no changed byte does harm */
    for (size_t n = 0; n < wire.n; n++)
        assert_false(wire_read(span_cut(span_of_str(&wire), 0, n), &again));
    for (size_t i = 0; i < wire.n; i++)
        for (int bit = 0; bit < 8; bit++) {
            wire.at[i] ^= (char)(1 << bit);
            if (wire_read(span_of_str(&wire), &again))
                bounce_free(again);
            wire.at[i] ^= (char)(1 << bit);
        }
    bounce_free(bounce);
    str_free(&wire);
    str_free(&second);
}

#ifndef WITH_ASAN
static void swollen_ones_are_ended(void **state)
{
    (void)state;
    const char *const messages[] = {"swell", "Subject: z\n\n"};
    struct cage *cage = cage_make();
    assert_int_equal(through(cage, messages, 2), 1);
    cage_free(cage);
}

static void try_file(void)
{
    if (open("/etc/passwd", O_RDONLY) >= 0)
        _exit(1);
}

static void try_socket(void)
{
    if (socket(AF_INET, SOCK_STREAM, 0) >= 0)
        _exit(1);
}

static void try_process(void)
{
    if (fork() >= 0)
        _exit(1);
}

static void try_program(void)
{
    execl("/bin/true", "true", (char *)NULL);
}

static void try_spying(void)
{
    ptrace(PTRACE_ATTACH, getppid(), 0, 0);
}

static void the_filter_holds(void **state)
{
    (void)state;
    static void (*const tries[])(void) = {try_file, try_socket, try_process, try_program,
                                          try_spying};
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        int status;
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            if (!cage_confine())
                _exit(2);
            free(alloc(1 << 22)); /* memory it may have */
            tries[i]();
            _exit(3);
        }
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), SIGSYS);
    }
}
#endif

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], CAGE_ARGUMENT) == 0)
        return cage_serve(misbehave);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_ones_pass),
        cmocka_unit_test(many_files_may_be_open),
        cmocka_unit_test(bad_ones_cost_themselves),
        cmocka_unit_test(slow_ones_are_ended),
        cmocka_unit_test(nothing_in_is_nothing_out),
        cmocka_unit_test(no_child_is_an_error),
        cmocka_unit_test(answers_survive_the_wire),
        cmocka_unit_test(rubbish_becomes_text),
#ifndef WITH_ASAN
        cmocka_unit_test(swollen_ones_are_ended),
        cmocka_unit_test(the_filter_holds),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
