/* SPDX-License-Identifier: MIT */
#include "command/command.h"

/* The order of --help. */
#define COMMAND_TABLE(X)                                                                           \
    X(setup)                                                                                       \
    X(import)                                                                                      \
    X(export)                                                                                      \
    X(list)                                                                                        \
    X(show)                                                                                        \
    X(why)                                                                                         \
    X(add)                                                                                         \
    X(edit)                                                                                        \
    X(tag)                                                                                         \
    X(mark)                                                                                        \
    X(check)                                                                                       \
    X(publish)                                                                                     \
    X(verp)                                                                                        \
    X(scan)                                                                                        \
    X(watch)                                                                                       \
    X(status)                                                                                      \
    X(review)                                                                                      \
    X(rejudge)                                                                                     \
    X(classify)                                                                                    \
    X(stats)                                                                                       \
    X(log)                                                                                         \
    X(undo)                                                                                        \
    X(merge)                                                                                       \
    X(release)                                                                                     \
    X(erase)                                                                                       \
    X(backup)                                                                                      \
    X(restore)                                                                                     \
    X(verify)

#define X(name) extern const struct command command_##name;
COMMAND_TABLE(X)
#undef X

const struct command *const commands[] = {
#define X(name) &command_##name,
    COMMAND_TABLE(X)
#undef X
    NULL,
};
