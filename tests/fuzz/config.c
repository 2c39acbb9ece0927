/* SPDX-License-Identifier: MIT */
#include "config/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int fd = -1;
    static char path[64];
    struct config *config;
    struct error error = {""};
    if (fd < 0) {
        fd = memfd_create("config", 0);
        fchmod(fd, 0600);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    if (ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
        abort();
    if (config_load(path, &config, &error) == RESULT_OK)
        config_free(config);
    else
        PROMISE(error.text[0] != '\0');
    return 0;
}
