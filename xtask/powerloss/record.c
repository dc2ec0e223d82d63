/* Writes down what a program does to one folder, call by call, for the power-loss simulation.
 *
 * Preloaded into the program. POWERLOSS_FOLDER is the folder (absolute), POWERLOSS_TRACE the file to write.
 * Each call is made and noted under one lock, so that the notes are in the order in which things happened.
 *
 * A note: kind (1 byte), 3 zeros, descriptor (i32), number (u64), length of a (u32), length of b (u32), a, b.
 *   o open: a path, number 1 when truncated     c close                  w write: number offset, a data
 *   t truncate: number length                   s fsync or fdatasync     r sync_file_range
 *   n rename: a from, b to                      u unlink: a path         d mkdir: a path
 *   k acknowledgement: a the 8 bytes written to standard output
 *
 * While the file POWERLOSS_FULL exists, the disk of the folder is full: nothing there can be made or grow (ENOSPC).
 *
 * What reaches the disk by other ways (mmap, io_uring, raw system calls, dup) is not seen; the replay compares
 * its result with the real folder and refuses to go on when something was missed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DESCRIPTORS = 65536, HIGH = 1000 };

static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;
static unsigned char watched[DESCRIPTORS];
static const char *folder;
static size_t folder_length;
static const char *full;
static int trace = -1;

#define NEXT(type, name) ((type)dlsym(RTLD_NEXT, name))

typedef ssize_t (*write_call)(int, const void *, size_t);
typedef int (*open_call)(const char *, int, ...);

static void put(const void *from, size_t length) {
    const char *at = from;
    write_call real = NEXT(write_call, "write");
    while (length > 0) {
        ssize_t done = real(trace, at, length);
        if (done <= 0) _exit(70); /* a trace with holes is worse than none */
        at += done;
        length -= (size_t)done;
    }
}

static void note(char kind, int descriptor, uint64_t number, const void *a, size_t a_length, const char *b) {
    struct {
        char kind, zeros[3];
        int32_t descriptor;
        uint64_t number;
        uint32_t a_length, b_length;
    } head = {kind, {0}, descriptor, number, (uint32_t)a_length, b ? (uint32_t)strlen(b) : 0};
    put(&head, sizeof head);
    put(a, a_length);
    if (b) put(b, strlen(b));
}

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("POWERLOSS_TRACE");
    folder = getenv("POWERLOSS_FOLDER");
    full = getenv("POWERLOSS_FULL");
    if (!folder || !path) return;
    folder_length = strlen(folder);
    int low = NEXT(open_call, "open")(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
    trace = fcntl(low, F_DUPFD_CLOEXEC, HIGH); /* out of the way of the program's own numbers */
    close(low);
}

static int inside(const char *path) {
    return trace >= 0 && strncmp(path, folder, folder_length) == 0 &&
           (path[folder_length] == '/' || path[folder_length] == 0);
}

/* Whether a call that needs room is to fail; the error is set then. */
static int no_room(void) {
    if (!full || access(full, F_OK) != 0) return 0;
    errno = ENOSPC;
    return 1;
}

static int is_watched(int descriptor) {
    return trace >= 0 && descriptor >= 0 && descriptor < DESCRIPTORS && watched[descriptor];
}

static int open_noted(const char *name, int at, const char *path, int flags, mode_t mode) {
    int in = inside(path);
    if (in && (flags & O_CREAT) && access(path, F_OK) != 0 && no_room()) return -1;
    if (in) pthread_mutex_lock(&order);
    int descriptor = strncmp(name, "openat", 6) == 0
                         ? NEXT(int (*)(int, const char *, int, ...), name)(at, path, flags, mode)
                         : NEXT(open_call, name)(path, flags, mode);
    if (in) {
        if (descriptor >= 0 && descriptor < DESCRIPTORS) {
            watched[descriptor] = 1;
            note('o', descriptor, (flags & O_TRUNC) != 0, path, strlen(path), NULL);
        }
        pthread_mutex_unlock(&order);
    }
    return descriptor;
}

#define MODE(flags) mode_t mode = 0; if (flags & (O_CREAT | O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); }
int open(const char *path, int flags, ...) { MODE(flags) return open_noted("open", 0, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return open_noted("open64", 0, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags) return open_noted("openat", at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags) return open_noted("openat64", at, path, flags, mode); }

int close(int descriptor) {
    int seen = is_watched(descriptor);
    if (seen) {
        pthread_mutex_lock(&order);
        watched[descriptor] = 0;
        note('c', descriptor, 0, "", 0, NULL);
    }
    int result = NEXT(int (*)(int), "close")(descriptor);
    if (seen) pthread_mutex_unlock(&order);
    return result;
}

ssize_t write(int descriptor, const void *data, size_t length) {
    write_call real = NEXT(write_call, "write");
    int acknowledgement = trace >= 0 && descriptor == STDOUT_FILENO && length == 8;
    if (!acknowledgement && !is_watched(descriptor)) return real(descriptor, data, length);
    if (!acknowledgement && no_room()) return -1;
    pthread_mutex_lock(&order);
    if (acknowledgement) note('k', descriptor, 0, data, length, NULL);
    struct stat now;
    off_t offset = 0;
    if (!acknowledgement) {
        int appending = fcntl(descriptor, F_GETFL) & O_APPEND;
        offset = appending && fstat(descriptor, &now) == 0 ? now.st_size : lseek(descriptor, 0, SEEK_CUR);
    }
    ssize_t done = real(descriptor, data, length);
    if (!acknowledgement && done > 0) note('w', descriptor, (uint64_t)offset, data, (size_t)done, NULL);
    pthread_mutex_unlock(&order);
    return done;
}

static ssize_t pwrite_noted(const char *name, int descriptor, const void *data, size_t length, off64_t offset) {
    int seen = is_watched(descriptor);
    if (seen && no_room()) return -1;
    if (seen) pthread_mutex_lock(&order);
    ssize_t done = NEXT(ssize_t (*)(int, const void *, size_t, off64_t), name)(descriptor, data, length, offset);
    if (seen) {
        if (done > 0) note('w', descriptor, (uint64_t)offset, data, (size_t)done, NULL);
        pthread_mutex_unlock(&order);
    }
    return done;
}
ssize_t pwrite(int descriptor, const void *data, size_t length, off_t offset) { return pwrite_noted("pwrite", descriptor, data, length, offset); }
ssize_t pwrite64(int descriptor, const void *data, size_t length, off64_t offset) { return pwrite_noted("pwrite64", descriptor, data, length, offset); }

/* Calls that only name a descriptor: made, and noted when they succeed. */
#define ON_DESCRIPTOR(call, kind, number)                   \
    int seen = is_watched(descriptor);                      \
    if (seen) pthread_mutex_lock(&order);                   \
    int result = (call);                                    \
    if (seen) {                                             \
        if (result == 0) note(kind, descriptor, number, "", 0, NULL); \
        pthread_mutex_unlock(&order);                       \
    }                                                       \
    return result;
int ftruncate(int descriptor, off_t length) { ON_DESCRIPTOR(NEXT(int (*)(int, off_t), "ftruncate")(descriptor, length), 't', (uint64_t)length) }
int ftruncate64(int descriptor, off64_t length) { ON_DESCRIPTOR(NEXT(int (*)(int, off64_t), "ftruncate64")(descriptor, length), 't', (uint64_t)length) }
int fsync(int descriptor) { ON_DESCRIPTOR(NEXT(int (*)(int), "fsync")(descriptor), 's', 0) }
int fdatasync(int descriptor) { ON_DESCRIPTOR(NEXT(int (*)(int), "fdatasync")(descriptor), 's', 0) }
int sync_file_range(int descriptor, off64_t from, off64_t length, unsigned flags) { ON_DESCRIPTOR(NEXT(int (*)(int, off64_t, off64_t, unsigned), "sync_file_range")(descriptor, from, length, flags), 'r', 0) }

/* Calls that change names. */
#define ON_PATH(call, kind, other)                          \
    int in = inside(path);                                  \
    if (in) pthread_mutex_lock(&order);                     \
    int result = (call);                                    \
    if (in) {                                               \
        if (result == 0) note(kind, -1, 0, path, strlen(path), other); \
        pthread_mutex_unlock(&order);                       \
    }                                                       \
    return result;
int rename(const char *path, const char *to) { ON_PATH(NEXT(int (*)(const char *, const char *), "rename")(path, to), 'n', to) }
int unlink(const char *path) { ON_PATH(NEXT(int (*)(const char *), "unlink")(path), 'u', NULL) }
int mkdir(const char *path, mode_t mode) { if (inside(path) && no_room()) return -1; ON_PATH(NEXT(int (*)(const char *, mode_t), "mkdir")(path, mode), 'd', NULL) }
