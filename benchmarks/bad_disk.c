/* A disk with bad places, for benchmarks/faults.py: loaded before the C library (LD_PRELOAD), it fails with EIO what is
 * done to files whose names say so.
 *
 *   eio-open   cannot be opened          eio-stat   nor asked for its size and date
 *   eio-list   a folder that cannot be listed
 *   eio-NN     a bad sector after NN % of the file: reads end before it, and fail in it
 *   eio-once-NN   the same, but in each process only the first read of it fails
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 4096
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define REFUSE(path, word, result) \
    if (strstr(path, word)) { errno = EIO; return result; }

/* How many bytes can be read at a position; -1 in the bad sector. */
static ssize_t readable(int fd, off_t position, size_t wanted) {
    static char has_failed[4096];
    char link[64], path[4096];
    int percent;
    struct stat status;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length > 0 ? length : 0] = 0;
    char *word = strstr(path, "eio-");
    if (!word || fstat(fd, &status)) return wanted;
    int is_once = sscanf(word, "eio-once-%d", &percent) == 1;
    if (!is_once && sscanf(word, "eio-%d", &percent) != 1) return wanted;
    off_t bad = status.st_size * percent / 100 / SECTOR * SECTOR;
    if (position >= bad + SECTOR || position + (off_t)wanted <= bad) return wanted;
    char *failed = &has_failed[status.st_ino % sizeof has_failed];
    if (is_once && *failed) return wanted;
    if (position < bad) return bad - position;
    *failed = 1;
    return -1;
}

#define READ_AT(position) \
    ssize_t n = readable(fd, position, wanted); \
    if (n < 0) { errno = EIO; return -1; } \
    wanted = n

ssize_t read(int fd, void *buffer, size_t wanted) {
    off_t position = lseek(fd, 0, SEEK_CUR);
    if (position >= 0) { READ_AT(position); }
    return NEXT(read)(fd, buffer, wanted);
}
ssize_t pread(int fd, void *buffer, size_t wanted, off_t position) {
    READ_AT(position);
    return NEXT(pread)(fd, buffer, wanted, position);
}
ssize_t pread64(int fd, void *buffer, size_t wanted, off64_t position) {
    READ_AT(position);
    return NEXT(pread64)(fd, buffer, wanted, position);
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = va_arg(rest, mode_t); \
        va_end(rest); \
        REFUSE(path, "eio-open", -1) \
        return NEXT(name)(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)
DIR *opendir(const char *path) {
    REFUSE(path, "eio-list", NULL)
    return NEXT(opendir)(path);
}

#define STAT(name, type) \
    int name(const char *path, struct type *status) { \
        REFUSE(path, "eio-stat", -1) \
        return NEXT(name)(path, status); \
    }
STAT(stat, stat)
STAT(stat64, stat64)
STAT(lstat, stat)
STAT(lstat64, stat64)
int fstatat(int folder, const char *path, struct stat *status, int flags) {
    REFUSE(path, "eio-stat", -1)
    return NEXT(fstatat)(folder, path, status, flags);
}
int fstatat64(int folder, const char *path, struct stat64 *status, int flags) {
    REFUSE(path, "eio-stat", -1)
    return NEXT(fstatat64)(folder, path, status, flags);
}
