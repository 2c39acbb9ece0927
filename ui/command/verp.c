/* SPDX-License-Identifier: MIT */
#include "send/verp.h"

#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "command/command.h"
#include "command/json.h"
#include "command/output.h"
#include "contact/address.h"

struct signing {
    const struct command_line *line;
    struct context *context;
    struct txn *txn;
    struct verp *verp;
    struct str folded, path;
    enum result worst;
};

/* One a line, so that line N of what comes out belongs to line N of what went in: an empty one for
 * what is no address. */
static void sign_one(struct signing *signing, struct span address)
{
    struct error why = {""};
    str_clear(&signing->path);
    if (address_fold(address, NULL, &signing->folded, &why) == RESULT_OK) {
        verp_sign(signing->verp, signing->txn, span_of_str(&signing->folded),
                  signing->context->actor.now, &signing->path);
    } else {
        signing->worst = RESULT_DATA;
        complain("%s", why.text);
    }
    if (signing->line->json) {
        struct json json = json_open(output_buffer());
        json_text(&json, "address", address);
        json_or_null(&json, "return_path", span_of_str(&signing->path));
        json_close(&json);
    } else {
        str_add(output_buffer(), span_of_str(&signing->path));
    }
    outputf("\n");
    output_more();
}

static enum result sign_stdin(struct signing *signing, struct error *error)
{
    struct file file;
    struct span line;
    enum result result = file_open("-", &file, error);
    if (result != RESULT_OK)
        return result;
    struct span rest = file.bytes;
    while (span_line(&rest, &line))
        sign_one(signing, span_trim(line));
    file_close(&file);
    return RESULT_OK;
}

static enum result verp_run(const struct command_line *line, struct context *context,
                            struct error *error)
{
    struct signing signing = {.line = line, .context = context};
    bool rotate = command_switch(line, "rotate"), from_stdin = command_switch(line, "stdin");
    if (!rotate && !from_stdin && line->n == 0)
        return error_set(error, RESULT_USAGE,
                         _("a return path for whom? name the address, or say --stdin"));
    enum result result = verp_open(context->store, context->config->verp_address, rotate,
                                   context->actor.now, &signing.verp, error);
    if (result == RESULT_OK)
        result = store_read(context->store, &signing.txn, error);
    for (size_t i = 0; result == RESULT_OK && i < line->n; i++)
        if (strcmp(line->words[i], "-") == 0)
            from_stdin = true;
        else
            sign_one(&signing, span_of(line->words[i]));
    if (result == RESULT_OK && from_stdin)
        result = sign_stdin(&signing, error);
    if (result == RESULT_OK)
        result = txn_result(signing.txn, error);
    txn_end(signing.txn);
    verp_free(signing.verp);
    str_free(&signing.folded);
    str_free(&signing.path);
    return result_worse(result, signing.worst);
}

static const struct option verp_options[] = {
    {"stdin", NULL, N_("addresses from standard input, one a line; a return path a line comes out"),
     false},
    {"rotate", NULL, N_("sign by a new key from now on; the old one stays good for 30 days"),
     false},
    {0},
};

const struct command command_verp = {
    .name = "verp",
    .arguments = "ADDRESS…",
    .summary = N_("the signed return path to send with"),
    .help = N_("Made of [verp] address, another for each address and day, good for 30 days. A "
               "bounce that comes back to it is about that address, whatever it says, and nobody "
               "else can make one. The key is in the store; a new one is made after 90 days."),
    .options = verp_options,
    .most = SIZE_MAX,
    .need = STORE_OPEN,
    .run = verp_run,
};
