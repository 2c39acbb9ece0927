/* SPDX-License-Identifier: MIT
 *
 * How anything in src/ fails: a function returns an enum result, whose 0 is success and whose other
 * values are the exit codes of interface.md (sysexits.h), so a command passes its worst result on
 * as its exit code. What happened, where, and what to do stands in a struct error that the caller
 * gives; NULL where nobody wants the sentence. Results go through out-parameters, written only on
 * success.
 */
#ifndef BASE_RESULT_H
#define BASE_RESULT_H

enum result {
    RESULT_OK = 0,
    RESULT_NO = 1,           /* a plain no: nothing matched, not sendable */
    RESULT_USAGE = 64,       /* wrong words on the command line, bad query */
    RESULT_DATA = 65,        /* bad content, rows rejected, address refused */
    RESULT_MISSING = 66,     /* the named file, contact, step or store is not there */
    RESULT_UNREACHABLE = 69, /* cannot connect, certificate refused */
    RESULT_BUG = 70,         /* ours; never expected */
    RESULT_CREATE = 73,      /* cannot create a file */
    RESULT_IO = 74,          /* cannot read or write, disk full */
    RESULT_BUSY = 75,        /* busy, conflict, stale: try again */
    RESULT_DENIED = 77,      /* log-in refused, no permission */
    RESULT_CONFIG = 78,      /* configuration, or a store of a newer version */
    RESULT_CANCELLED = 130,  /* SIGINT; 143 for SIGTERM is made by main */
};

struct error {
    char text[1024]; /* one sentence, already translated, no newline at the end */
};

/* Writes the sentence (printf form) and returns `result`, so that a failure is one statement:
 *     return error_set(error, RESULT_DATA, _("%s:%u: no address"), file, line);
 * `error` may be NULL. */
enum result error_set(struct error *error, enum result result, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "prefix: " before the sentence that is there. */
void error_prefix(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* RESULT_OK < everything else; the higher exit code wins (interface.md). */
enum result result_worse(enum result a, enum result b);

/* For errno after a failed system call on `path`: ENOENT is MISSING, EACCES and EPERM are DENIED,
 * ENOSPC, EDQUOT and EIO are IO, and so on. Writes "PATH: reason" with advice for a full disk. */
enum result error_system(struct error *error, const char *path);

#endif
