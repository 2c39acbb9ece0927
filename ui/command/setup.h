/* SPDX-License-Identifier: MIT
 *
 * Inside `setup`: what was answered so far, and the way to a mailbox that works.
 */
#ifndef COMMAND_SETUP_H
#define COMMAND_SETUP_H

#include "command/command.h"
#include "mailbox/guess.h"
#include "scan/survey.h"

struct setup {
    const struct command_line *line;
    struct context *context;
    char *address, *server, *user; /* as answered, to be offered again */
    struct config_account account; /* owned */
    enum guess_key key;
    char *password, *folder, *senders, *since;
    struct survey found;
    bool secured; /* the last try came that far */
    bool connected;
};

/* As an event of JSON with one text, else for people. */
void setup_say(const struct setup *setup, const char *name, const char *key, struct span text);
/* The option's word, else the answer. `initial` as for dialogue_ask; so does it fail. */
enum result setup_answer(struct setup *setup, const char *option, const char *question,
                         const char *initial, char **out, struct error *error);
bool setup_is_server(const char *source); /* else a path */

/* Asks for source and password, and tries each answer until the mailbox opens: setup->account and
 * setup->found. A person may correct what was answered; a script may not. Fails as mailbox_open. */
enum result setup_find(struct setup *setup, struct error *error);
void setup_forget_password(struct setup *setup); /* wipes it */

#endif
