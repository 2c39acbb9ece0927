/* SPDX-License-Identifier: MIT */
#include "store/board.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

#define ROW_BYTES 512
_Static_assert(sizeof(struct board_row) <= ROW_BYTES, "a row fits its place");

struct seat {
    int fd;
    off_t at;
};

/* A description of its own each time, for the locks belong to it. */
static int open_board(struct store *store, int flags)
{
    struct str path = {0};
    struct stat about;
    str_addf(&path, "%s/board", store_path(store));
    int fd = open(str_text(&path), flags | O_CLOEXEC | O_NOFOLLOW, 0600);
    str_free(&path);
    /* Shared as the store is. */
    if (fd >= 0 && flags & O_CREAT && stat(store_path(store), &about) == 0 &&
        about.st_mode & S_IWGRP)
        (void)!fchmod(fd, 0660);
    return fd;
}

static bool lock_row(int fd, off_t at, int command, struct flock *lock)
{
    *lock = (struct flock){
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = at, .l_len = ROW_BYTES};
    return fcntl(fd, command, lock) == 0;
}

struct seat *seat_take(struct store *store, const struct board_row *row)
{
    struct flock lock;
    int fd = open_board(store, O_RDWR | O_CREAT);
    off_t at = 0;
    if (fd < 0)
        return NULL;
    while (at < BOARD_ROWS * ROW_BYTES && !lock_row(fd, at, F_OFD_SETLK, &lock))
        at += ROW_BYTES;
    if (at == BOARD_ROWS * ROW_BYTES) {
        close(fd);
        return NULL;
    }
    struct seat *seat = alloc_zero(1, sizeof *seat);
    *seat = (struct seat){fd, at};
    seat_say(seat, row);
    return seat;
}

void seat_say(struct seat *seat, const struct board_row *row)
{
    if (seat)
        (void)!pwrite(seat->fd, row, sizeof *row, seat->at);
}

void seat_leave(struct seat *seat)
{
    if (!seat)
        return;
    close(seat->fd);
    free(seat);
}

size_t board_read(struct store *store, struct board_row *rows, size_t max)
{
    struct stat about;
    struct flock lock;
    size_t n = 0;
    int fd = open_board(store, O_RDWR);
    if (fd < 0)
        return 0;
    if (fstat(fd, &about) != 0)
        about.st_size = 0;
    for (off_t at = 0; at < about.st_size && n < max; at += ROW_BYTES) {
        struct board_row *row = &rows[n];
        if (!lock_row(fd, at, F_OFD_GETLK, &lock) || lock.l_type == F_UNLCK ||
            pread(fd, row, sizeof *row, at) != sizeof *row)
            continue;
        row->who[sizeof row->who - 1] = row->account[sizeof row->account - 1] = '\0';
        n++;
    }
    close(fd);
    return n;
}
