/* SPDX-License-Identifier: MIT */
#include "store/verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/steps.h"
#include "store/verifying.h"

enum { TOLD_MAX = 200 };

void verify_complain(struct verify *verify, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (++verify->sums->complaints <= TOLD_MAX)
        verify->call->complaint(verify->call->arg, text);
}

void verify_progress(struct verify *verify, unsigned percent)
{
    if (verify->call->progress)
        verify->call->progress(verify->call->arg, percent);
}

/* ---- every row against its seal */

struct sealing {
    struct verify *verify;
    enum table table;
};

static void on_broken(void *arg, struct span key)
{
    struct sealing *sealing = arg;
    struct str shown = {0};
    key_show(key, &shown);
    verify_complain(sealing->verify, _("table %s, key %s: not as it was written"), table_name(sealing->table),
                    str_text(&shown));
    str_free(&shown);
}

static void check_seals(struct verify *verify)
{
    for (int i = 0; i < TABLE_COUNT; i++) {
        struct sealing sealing = {verify, (enum table)i};
        table_check(verify->txn, (enum table)i, on_broken, &sealing);
    }
}

enum result store_verify(struct store *store, const struct verify_call *call, struct verify_sums *sums,
                         struct error *error)
{
    static void (*const parts[])(struct verify *) = {check_seals,  verify_contacts, verify_judgements,
                                                     verify_mail, verify_history,  verify_tagsets};
    enum { PARTS = sizeof parts / sizeof *parts };
    struct verify verify = {.sums = sums, .call = call};
    memset(sums, 0, sizeof *sums);
    enum result result = store_read(store, &verify.txn, error);
    if (result)
        return result;
    for (unsigned i = 0; i < PARTS && !txn_failed(verify.txn); i++) {
        parts[i](&verify);
        /* What is not as it was written, everything else would say again. */
        if (i == 0 && sums->complaints)
            break;
    }
    sums->steps = steps_last(verify.txn);
    result = txn_result(verify.txn, error);
    txn_end(verify.txn);
    if (!result && sums->complaints)
        result = error_set(error, RESULT_DATA,
                           ngettext("%llu thing is wrong in the store; restore the last backup",
                                    "%llu things are wrong in the store; restore the last backup",
                                    sums->complaints),
                           (unsigned long long)sums->complaints);
    return result;
}
