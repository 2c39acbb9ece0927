/* SPDX-License-Identifier: MIT */
#include "mailbox/guard.h"

#include "base/text.h"

#define DEPTH_MAX 16

const char *guard_check(struct guard *guard, struct span bytes)
{
    for (size_t i = 0; i < bytes.n; i++) {
        char c = bytes.at[i];
        if (guard->brace && c >= '0' && c <= '9')
            return N_("it announces a literal where none belongs");
        guard->brace = c == '{';
        if (c == '\n')
            guard->depth = 0;
        else if (c == '(' && ++guard->depth > DEPTH_MAX)
            return N_("it nests too many parentheses");
        else if (c == ')' && guard->depth)
            guard->depth--;
    }
    return NULL;
}
