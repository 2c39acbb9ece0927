/* SPDX-License-Identifier: MIT */
#include "mailbox/mboxreader.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mboxreader_message message;
    struct error error = {""};
    int fd = memfd_create("mbox", 0);
    if (fd < 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
        abort();
    struct mboxreader *reader = mboxreader_new(fd, "mbox", (off_t)size);
    size_t n = 0;
    while (mboxreader_next(reader, &message, &error) == RESULT_OK)
        PROMISE(++n <= size + 1);
    mboxreader_free(reader);
    close(fd);
    return 0;
}
