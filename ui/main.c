/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/date.h"
#include "base/text.h"
#include "command/help.h"
#include "command/interrupt.h"
#include "command/options.h"
#include "command/output.h"
#include "command/reload.h"
#include "command/throwaway.h"
#include "config.h"
#include "mailbox/remote.h"
#include "scan/cage.h"
#include "screen/screen.h"
#include "send/publish.h"

extern const struct command command_stats;

/* Descriptors 0 to 2 must be taken, or the store would become one of them. */
static void take_descriptors(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= 2);
    if (fd > 2)
        close(fd);
}

/* Translations: of the build tree if that is where we run, else the installed ones. */
static void set_language(void)
{
    char path[4096];
    setlocale(LC_ALL, "");
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - sizeof "/locale");
    path[n > 0 ? n : 0] = '\0';
    char *slash = strrchr(path, '/');
    if (slash)
        strcpy(slash, "/locale");
    bindtextdomain(PACKAGE, slash && access(path, F_OK) == 0 ? path : LOCALEDIR);
    bind_textdomain_codeset(PACKAGE, "UTF-8");
    textdomain(PACKAGE);
}

static void print_help(const struct command_line *line)
{
    bool about_config = false;
    for (size_t i = 0; i < line->n && !line->command; i++)
        about_config = strcmp(line->words[i], "config") == 0;
    if (about_config)
        help_config(output_buffer());
    else if (line->command)
        help_command(line->command, output_buffer());
    else
        help_program(output_buffer());
}

static enum result open_store(const struct command_line *line, enum store_need need,
                              struct context *context, struct error *error)
{
    char *path = config_store_path(context->config, line->store_path);
    enum result result = store_open(path, need == STORE_MAKE && !command_switch(line, "dry-run"),
                                    &context->store, error);
    if (result == RESULT_OK)
        send_follow(context->store, context->config);
    else if (result == RESULT_MISSING && need == STORE_MAKE)
        result = throwaway_store(&context->store, error);
    free(path);
    return result;
}

static bool has_terminal(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* Without a command: the screen, or without a terminal what it would begin with. `unread`: why the
 * configuration that was named is not there, else NULL; with a store that is a mistake, without one it
 * is the first run, which writes it. */
static enum result run_screen(const struct command_line *line, struct context *context,
                              const struct error *unread, struct error *error)
{
    enum result result = open_store(line, STORE_OPEN, context, error);
    if (unread && result == RESULT_OK) {
        *error = *unread;
        return RESULT_MISSING;
    }
    if (has_terminal() && (result == RESULT_OK || result == RESULT_MISSING)) {
        error->text[0] = '\0';
        return screen_run(context, line, error);
    }
    return result == RESULT_OK ? command_stats.run(line, context, error) : result;
}

static enum result run(const struct command_line *line, struct error *error)
{
    struct context context = {0};
    struct error unread = {""};
    enum result result = config_load(line->config_path, &context.config, error);
    bool made = line->command ? line->command->makes_config : has_terminal();
    if (result == RESULT_MISSING && made) {
        unread = *error;
        result = config_load("/dev/null", &context.config, error);
    }
    if (result == RESULT_OK) {
        context.actor = (struct actor){actor_login(), line->text, date_now()};
        if (!line->command)
            result = run_screen(line, &context, unread.text[0] ? &unread : NULL, error);
        else if (line->command->check)
            result = line->command->check(line, error);
        if (result == RESULT_OK && line->command && line->command->need != STORE_NONE)
            result = open_store(line, line->command->need, &context, error);
        if (result == RESULT_OK && line->command)
            result = line->command->run(line, &context, error);
    }
    if (result == RESULT_OK)
        store_close(context.store);
    else
        store_close_unused(context.store);
    throwaway_end();
    config_free(context.config);
    return result;
}

/* A store whose file was cut short ends in this signal, wherever LMDB looks behind the end. */
static const char *cut_short = "";

static void on_sigbus(int number)
{
    (void)number;
    ssize_t written = write(STDERR_FILENO, cut_short, strlen(cut_short));
    (void)written;
    _exit(RESULT_DATA);
}

int main(int argc, char **argv)
{
    struct command_line line;
    struct error error = {""}, writing = {""};
    if (argc == 2 && strcmp(argv[1], CAGE_ARGUMENT) == 0)
        return cage_child();
    if (argc == 2 && strcmp(argv[1], REMOTE_ARGUMENT) == 0) {
        set_language();
        return remote_child();
    }
    take_descriptors();
#ifndef WITH_ASAN /* whose search for leaks looks into us */
    prctl(PR_SET_DUMPABLE, 0); /* passwords and people's addresses are for no core file */
#endif
    signal(SIGPIPE, SIG_IGN);
    set_language();
    cut_short = _("zwrotka: the store is damaged: its file was cut short; a backup is needed\n");
    signal(SIGBUS, on_sigbus);
    enum result result = options_parse(argc, argv, commands, &line, &error);
    if (result == RESULT_OK) {
        if (command_switch(&line, "help"))
            print_help(&line);
        else if (command_switch(&line, "version"))
            outputf("zwrotka %s\n", PACKAGE_VERSION);
        else
            result = run(&line, &error);
    }
    output_flush();
    progress_clear();
    if (result != RESULT_OK && error.text[0])
        complain("%s", error.text);
    enum result written = output_finish(&writing);
    if (send_trouble()[0] && !line.quiet)
        complain(_("publish pending: %s"), send_trouble());
    if (writing.text[0])
        complain("%s", writing.text);
    options_free(&line);
    if (reload_asked())
        reload_now(argv);
    if (result == RESULT_CANCELLED && interrupt_signal())
        return 128 + interrupt_signal();
    return (int)result_worse(result, written);
}
