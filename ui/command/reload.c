/* SPDX-License-Identifier: MIT */
#include "command/reload.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "base/text.h"
#include "command/output.h"
#include "config/config.h"

static volatile sig_atomic_t hung_up;
static const char *config; /* --config */
static bool asked;

static void on_hangup(int number)
{
    hung_up = number;
}

static bool has_terminal(void)
{
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static void mask(int how)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    sigprocmask(how, &set, NULL);
}

void reload_listen(const char *config_path)
{
    struct sigaction now, action = {.sa_handler = on_hangup};
    config = config_path;
    /* With a terminal SIGHUP says that it went away. */
    if (sigaction(SIGHUP, NULL, &now) == 0 && now.sa_handler != SIG_IGN && !has_terminal())
        sigaction(SIGHUP, &action, NULL);
    mask(SIG_UNBLOCK);
}

bool reload_asked(void)
{
    struct config *fresh;
    struct error error = {""};
    if (!hung_up || asked)
        return asked;
    hung_up = 0;
    if (config_load(config, &fresh, &error) == RESULT_OK) {
        config_free(fresh);
        asked = true;
    } else {
        complain("%s", error.text);
        complain("%s", _("the configuration stays as it was"));
    }
    return asked;
}

void reload_now(char **argv)
{
    mask(SIG_BLOCK); /* one that comes in between is not to kill */
    execv("/proc/self/exe", argv);
    mask(SIG_UNBLOCK);
}
