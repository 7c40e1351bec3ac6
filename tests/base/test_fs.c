/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/support.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fs.h"

/* A context, an arena and an empty directory of this test's own. */
struct bench {
    struct aj_ctx cx;
    struct aj_arena *arena;
    char dir[64];
};

static int set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    if (b == NULL)
        return -1;
    aj_ctx_open(&b->cx);
    b->arena = aj_arena_open();
    const char *tmp = getenv("TMPDIR");
    if (tmp == NULL || strlen(tmp) > 40)
        tmp = "/tmp";
    snprintf(b->dir, sizeof b->dir, "%s/aj-test-fs-XXXXXX", tmp);
    if (mkdtemp(b->dir) == NULL)
        return -1;
    *state = b;
    return 0;
}

static const char *below(struct bench *b, const char *name)
{
    return aj_strf(b->arena, "%s/%s", b->dir, name);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/*
 * Everything below `path` in alphabetical order, into `to`: one line for each file with its
 * content, for each directory with a slash.
 */
static void list_tree(struct bench *b, const char *path, const char *prefix, struct aj_buf *to)
{
    AJ_VEC(const char *) names = {0};
    DIR *dir = opendir(path);
    assert_non_null(dir);
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            AJ_PUSH(b->arena, &names, aj_strdup(b->arena, entry->d_name));
    closedir(dir);
    if (names.count > 0)
        qsort(names.items, names.count, sizeof *names.items, by_name);
    for (size_t i = 0; i < names.count; i++) {
        const char *child = aj_strf(b->arena, "%s/%s", path, names.items[i]);
        const char *name = aj_strf(b->arena, "%s%s", prefix, names.items[i]);
        if (aj_is_directory(child)) {
            aj_buf_addf(to, "%s/\n", name);
            list_tree(b, child, aj_strf(b->arena, "%s/", name), to);
            continue;
        }
        struct aj_bytes bytes = {0};
        assert_int_equal(aj_file_read(&b->cx, child, 1000, b->arena, &bytes), AJ_OK);
        aj_buf_addf(to, "%s=%s\n", name, (const char *)bytes.data);
    }
}

static const char *tree(struct bench *b)
{
    struct aj_buf list = {0};
    list_tree(b, b->dir, "", &list);
    const char *text = aj_strdup(b->arena, aj_buf_text(&list));
    aj_buf_free(&list);
    return text;
}

static void remove_tree(const char *path)
{
    DIR *dir = opendir(path);
    if (dir != NULL) {
        for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
            char child[4096];
            snprintf(child, sizeof child, "%s/%s", path, entry->d_name);
            if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
                remove_tree(child);
        }
        closedir(dir);
    }
    remove(path);
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    remove_tree(b->dir);
    aj_arena_close(b->arena);
    aj_ctx_close(&b->cx);
    free(b);
    return 0;
}

static struct aj_output text_file(const char *name, const char *text)
{
    return (struct aj_output){.name = name, .data = text, .size = strlen(text)};
}

static void put(struct bench *b, const char *name, const char *text)
{
    const struct aj_output output = text_file(name, text);
    assert_int_equal(aj_outputs_write(&b->cx, b->dir, &output, 1), AJ_OK);
}

static void files_are_read_whole(void **state)
{
    struct bench *b = *state;
    const size_t size = 100000;
    char *content = aj_alloc(b->arena, size);
    for (size_t i = 0; i < size; i++)
        content[i] = (char)(i * 7);
    const char *path = below(b, "data");
    assert_int_equal(aj_file_write(&b->cx, path, content, size), AJ_OK);
    struct aj_bytes bytes = {0};
    assert_int_equal(aj_file_read(&b->cx, path, size, b->arena, &bytes), AJ_OK);
    assert_int_equal(bytes.size, size);
    assert_memory_equal(bytes.data, content, size);
    assert_int_equal(bytes.data[size], 0);
    test_no_errors(&b->cx);
    assert_int_equal(aj_file_read(&b->cx, path, size - 1, b->arena, &bytes), AJ_ERR_INPUT);
    test_one_error(&b->cx, "file-too-big", 0, 0);
}

static void an_empty_file_has_no_bytes(void **state)
{
    struct bench *b = *state;
    put(b, "empty", "");
    struct aj_bytes bytes = {NULL, 1};
    assert_int_equal(aj_file_read(&b->cx, below(b, "empty"), 0, b->arena, &bytes), AJ_OK);
    assert_int_equal(bytes.size, 0);
    assert_int_equal(bytes.data[0], 0);
}

static void an_endless_file_is_too_big(void **state)
{
    struct bench *b = *state;
    struct aj_bytes bytes;
    assert_int_equal(aj_file_read(&b->cx, "/dev/zero", 50000, b->arena, &bytes), AJ_ERR_INPUT);
    test_one_error(&b->cx, "file-too-big", 0, 0);
}

static void what_cannot_be_read(void **state)
{
    struct bench *b = *state;
    struct aj_bytes bytes;
    const char *missing = below(b, "missing");
    assert_int_equal(aj_file_read(&b->cx, missing, 10, b->arena, &bytes), AJ_ERR_IO);
    test_one_error(&b->cx, "file-read", 0, 0);
    assert_string_equal(b->cx.diags[0].loc.file, missing);
    assert_int_equal(aj_file_read(&b->cx, b->dir, 10, b->arena, &bytes), AJ_ERR_IO);
    assert_int_equal(test_count(&b->cx, "file-read"), 2);
    assert_true(aj_file_exists(b->dir) && aj_is_directory(b->dir));
    assert_false(aj_file_exists(missing) || aj_is_directory(missing));
    put(b, "file", "x");
    assert_true(aj_file_exists(below(b, "file")));
    assert_false(aj_is_directory(below(b, "file")));
    assert_true(aj_file_is_regular(below(b, "file")));
    assert_false(aj_file_is_regular(b->dir) || aj_file_is_regular("/dev/null"));
    assert_false(aj_file_is_regular(missing));
}

static void sets_are_written_with_their_directories(void **state)
{
    struct bench *b = *state;
    const struct aj_output outputs[] = {
        text_file("a.cell", "A"),
        text_file("linux/dts/b.dts", "B"),
        text_file("linux/c", "C"),
        {.name = "run.sh", .data = "D", .size = 1, .executable = true},
    };
    const char *dir = below(b, "new/deep");
    assert_int_equal(aj_outputs_write(&b->cx, dir, outputs, AJ_COUNT(outputs)), AJ_OK);
    test_no_errors(&b->cx);
    assert_string_equal(tree(b), "new/\nnew/deep/\nnew/deep/a.cell=A\nnew/deep/linux/\n"
                                 "new/deep/linux/c=C\nnew/deep/linux/dts/\n"
                                 "new/deep/linux/dts/b.dts=B\nnew/deep/run.sh=D\n");
    struct stat info;
    assert_int_equal(stat(below(b, "new/deep/run.sh"), &info), 0);
    assert_true((info.st_mode & S_IXUSR) != 0);
    assert_int_equal(stat(below(b, "new/deep/a.cell"), &info), 0);
    assert_true((info.st_mode & (S_IXUSR | S_IWOTH)) == 0);
    /* Again, with other content: replaced. */
    const struct aj_output again[] = {text_file("a.cell", "longer than before")};
    assert_int_equal(aj_outputs_write(&b->cx, dir, again, 1), AJ_OK);
    assert_non_null(strstr(tree(b), "new/deep/a.cell=longer than before\n"));
    assert_int_equal(aj_outputs_write(&b->cx, dir, NULL, 0), AJ_OK);
    test_no_errors(&b->cx);
}

static void bad_names_are_refused(void **state)
{
    struct bench *b = *state;
    static const char *const names[] = {
        "",    "/etc/x", "..", "../x",  "a/../x", "a/..",    ".",
        "./x", "a//x",   "a/", "a/./x", "/",      "x/../..",
    };
    for (size_t i = 0; i < AJ_COUNT(names); i++) {
        const struct aj_output outputs[] = {text_file("good", "G"), text_file(names[i], "B")};
        assert_int_equal(aj_outputs_write(&b->cx, b->dir, outputs, 2), AJ_ERR_IO);
        assert_int_equal(test_count(&b->cx, "file-write"), i + 1);
        assert_string_equal(tree(b), "");
    }
    static const char *const fine[] = {"...", "..x", "x..", ".x", "a/..."};
    for (size_t i = 0; i < AJ_COUNT(fine); i++) {
        const struct aj_output output = text_file(fine[i], "F");
        assert_int_equal(aj_outputs_write(&b->cx, b->dir, &output, 1), AJ_OK);
    }
}

static void names_that_clash_are_refused(void **state)
{
    struct bench *b = *state;
    static const char *const pairs[][2] = {{"a", "a"}, {"a/b", "a"}, {"a", "a/b/c"}};
    for (size_t i = 0; i < AJ_COUNT(pairs); i++) {
        const struct aj_output outputs[] = {text_file(pairs[i][0], "1"),
                                            text_file(pairs[i][1], "2")};
        assert_int_equal(aj_outputs_write(&b->cx, b->dir, outputs, 2), AJ_ERR_IO);
        assert_string_equal(tree(b), "");
    }
    const struct aj_output outputs[] = {text_file("a/b", "1"), text_file("ab", "2"),
                                        text_file("a/bc", "3"), text_file("a/c", "4")};
    assert_int_equal(aj_outputs_write(&b->cx, b->dir, outputs, 4), AJ_OK);
}

/* One file of the set cannot be written: the old files stay, and no other file or directory. */
static void assert_nothing_changes(struct bench *b, const char *bad_name)
{
    const char *before = tree(b);
    const size_t errors = test_count(&b->cx, "file-write");
    const struct aj_output outputs[] = {
        text_file("old", "new content"),
        text_file("fresh/deep/file", "x"),
        text_file(bad_name, "x"),
        text_file("later", "x"),
    };
    assert_int_equal(aj_outputs_write(&b->cx, b->dir, outputs, AJ_COUNT(outputs)), AJ_ERR_IO);
    assert_int_equal(test_count(&b->cx, "file-write"), errors + 1);
    assert_string_equal(tree(b), before);
}

static void a_failed_set_changes_nothing(void **state)
{
    struct bench *b = *state;
    put(b, "old", "old content");
    put(b, "file", "a file");
    put(b, "dir/inner", "in a directory");
    assert_nothing_changes(b, "dir");    /* a directory in the place of the file */
    assert_nothing_changes(b, "file/x"); /* a file in the place of a directory */
    assert_nothing_changes(b, "file/x/y");
    char long_name[400];
    memset(long_name, 'n', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    assert_nothing_changes(b, long_name);
    assert_nothing_changes(b, aj_strf(b->arena, "%s/x", long_name));
    assert_int_equal(mkfifo(below(b, "pipe"), 0600), 0);
    const struct aj_output outputs[] = {text_file("old", "x"), text_file("pipe", "x")};
    assert_int_equal(aj_outputs_write(&b->cx, b->dir, outputs, 2), AJ_ERR_IO);
    unlink(below(b, "pipe"));
    assert_string_equal(tree(b), "dir/\ndir/inner=in a directory\nfile=a file\nold=old content\n");
}

/* A limit on the size of files fails a write as a full disk does, for root too. */
static void a_full_disk_changes_nothing(void **state)
{
    struct bench *b = *state;
    put(b, "old", "old content");
    static char big[100000];
    memset(big, 'b', sizeof big);
    const struct aj_output outputs[] = {
        text_file("old", "new content"),
        {.name = "sub/big", .data = big, .size = sizeof big},
    };
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    const struct rlimit small = {.rlim_cur = 50000, .rlim_max = limit.rlim_max};
    void (*const handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    const enum aj_status status = aj_outputs_write(&b->cx, b->dir, outputs, AJ_COUNT(outputs));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    signal(SIGXFSZ, handler);
    assert_int_equal(status, AJ_ERR_IO);
    test_one_error(&b->cx, "file-write", 0, 0);
    assert_string_equal(tree(b), "old=old content\n");
}

static void the_directory_is_a_file(void **state)
{
    struct bench *b = *state;
    put(b, "file", "content");
    const struct aj_output output = text_file("x", "y");
    assert_int_equal(aj_outputs_write(&b->cx, below(b, "file"), &output, 1), AJ_ERR_IO);
    assert_int_equal(aj_outputs_write(&b->cx, below(b, "file/sub"), &output, 1), AJ_ERR_IO);
    assert_int_equal(aj_file_write(&b->cx, below(b, "file/x"), "y", 1), AJ_ERR_IO);
    assert_int_equal(test_count(&b->cx, "file-write"), 3);
    assert_string_equal(tree(b), "file=content\n");
}

static void directories_are_made(void **state)
{
    struct bench *b = *state;
    put(b, "file", "content");
    assert_int_equal(aj_directory_make(&b->cx, below(b, "a/b/")), AJ_OK);
    assert_int_equal(aj_directory_make(&b->cx, below(b, "a/b/c")), AJ_OK);
    assert_int_equal(aj_directory_make(&b->cx, below(b, "file/d")), AJ_ERR_IO);
    assert_int_equal(test_count(&b->cx, "file-write"), 1);
    assert_string_equal(tree(b), "a/\na/b/\na/b/c/\nfile=content\n");
}

/* An output that is a link stays one; its file is replaced where it is and keeps its permissions. */
static void links_are_followed(void **state)
{
    struct bench *b = *state;
    struct stat info;
    put(b, "real/file", "old");
    assert_int_equal(chmod(below(b, "real/file"), 0640), 0);
    assert_int_equal(symlink("real/file", below(b, "near")), 0);
    assert_int_equal(symlink(below(b, "near"), below(b, "far")), 0);
    put(b, "far", "new");
    assert_int_equal(lstat(below(b, "far"), &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_int_equal(lstat(below(b, "near"), &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_int_equal(stat(below(b, "far"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);
    assert_string_equal(tree(b), "far=new\nnear=new\nreal/\nreal/file=new\n");
    test_no_errors(&b->cx);
}

static void links_to_nothing_are_refused(void **state)
{
    struct bench *b = *state;
    struct stat info;
    const struct aj_output output = text_file("link", "x");
    assert_int_equal(symlink("nothing", below(b, "link")), 0);
    assert_int_equal(aj_outputs_write(&b->cx, b->dir, &output, 1), AJ_ERR_IO);
    test_one_error(&b->cx, "file-write", 0, 0);
    assert_int_equal(lstat(below(b, "link"), &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    /* A file that is open but has no name any more, as /proc shows it. */
    const int fd = open(below(b, "gone"), O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(unlink(below(b, "gone")), 0);
    assert_int_equal(aj_file_write(&b->cx, aj_strf(b->arena, "/proc/self/fd/%d", fd), "x", 1),
                     AJ_ERR_IO);
    close(fd);
    unlink(below(b, "link"));
    assert_string_equal(tree(b), "");
}

static void permissions_are_kept(void **state)
{
    struct bench *b = *state;
    struct stat info;
    put(b, "secret", "old");
    assert_int_equal(chmod(below(b, "secret"), 0600), 0);
    put(b, "secret", "new");
    assert_int_equal(stat(below(b, "secret"), &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
}

static void an_interrupted_run_reads_and_writes_nothing(void **state)
{
    struct bench *b = *state;
    volatile int cancel = 0;
    struct aj_bytes bytes = {NULL, 0};
    const struct aj_output output = text_file("new/file", "x");
    put(b, "old", "x");
    b->cx.cancel = &cancel;
    assert_int_equal(aj_file_read(&b->cx, below(b, "old"), 10, b->arena, &bytes), AJ_OK);
    cancel = 1;
    assert_int_equal(aj_file_read(&b->cx, below(b, "old"), 10, b->arena, &bytes), AJ_INTERRUPTED);
    assert_int_equal(aj_outputs_write(&b->cx, b->dir, &output, 1), AJ_INTERRUPTED);
    assert_int_equal(aj_file_write(&b->cx, below(b, "old"), "y", 1), AJ_INTERRUPTED);
    assert_int_equal(aj_file_write(&b->cx, "/dev/null", "y", 1), AJ_INTERRUPTED);
    assert_int_equal(test_count(&b->cx, "interrupted"), 4);
    b->cx.cancel = NULL;
    assert_string_equal(tree(b), "old=x\n");
}

static volatile int alarmed;

static void on_alarm(int number)
{
    (void)number;
    alarmed = 1;
}

/* Nobody is at the other end: the wait is ended by the signal, in whichever call it comes. */
static void waiting_for_a_pipe_ends(void **state)
{
    struct bench *b = *state;
    struct aj_bytes bytes = {NULL, 0};
    const char *pipe = below(b, "pipe");
    const struct sigaction action = {.sa_handler = on_alarm};
    const struct itimerval soon = {{0, 1000}, {0, 1000}}; /* again, if it comes before the wait */
    const struct itimerval never = {{0, 0}, {0, 0}};
    struct sigaction before;
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
    b->cx.cancel = &alarmed;
    assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
    assert_int_equal(aj_file_read(&b->cx, pipe, 10, b->arena, &bytes), AJ_INTERRUPTED);
    alarmed = 0;
    assert_int_equal(aj_file_write(&b->cx, pipe, "x", 1), AJ_INTERRUPTED);
    assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
    assert_int_equal(sigaction(SIGALRM, &before, NULL), 0);
    assert_int_equal(test_count(&b->cx, "interrupted"), 2);
    b->cx.cancel = NULL;
    unlink(pipe);
}

static void foreign_temporaries_are_left_alone(void **state)
{
    struct bench *b = *state;
    put(b, ".autojail-0.tmp", "of another process");
    put(b, "x", "1");
    put(b, "x", "2");
    assert_string_equal(tree(b), ".autojail-0.tmp=of another process\nx=2\n");
}

static void one_file_by_its_path(void **state)
{
    struct bench *b = *state;
    assert_int_equal(aj_file_write(&b->cx, b->dir, "x", 1), AJ_ERR_IO);
    assert_int_equal(aj_file_write(&b->cx, below(b, ""), "x", 1), AJ_ERR_IO);
    assert_int_equal(aj_file_write(&b->cx, below(b, ".."), "x", 1), AJ_ERR_IO);
    assert_int_equal(aj_file_write(&b->cx, "", "x", 1), AJ_ERR_IO);
    assert_int_equal(test_count(&b->cx, "file-write"), 4);
    char before[4096];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(b->dir), 0);
    assert_int_equal(aj_file_write(&b->cx, "plain", "p", 1), AJ_OK);
    assert_int_equal(mkdir("sub", 0755), 0);
    assert_int_equal(aj_file_write(&b->cx, "./sub/dotted", "d", 1), AJ_OK);
    const struct aj_output output = text_file("empty-dir", "e");
    assert_int_equal(aj_outputs_write(&b->cx, "", &output, 1), AJ_OK);
    assert_int_equal(chdir(before), 0);
    assert_string_equal(tree(b), "empty-dir=e\nplain=p\nsub/\nsub/dotted=d\n");
}

static void devices_are_written_in_place(void **state)
{
    struct bench *b = *state;
    struct stat info;
    assert_int_equal(aj_file_write(&b->cx, "/dev/null", "x", 1), AJ_OK);
    assert_int_equal(stat("/dev/null", &info), 0);
    assert_true(S_ISCHR(info.st_mode));
    test_no_errors(&b->cx);
    assert_int_equal(aj_file_write(&b->cx, "/dev/full", "x", 1), AJ_ERR_IO);
    test_one_error(&b->cx, "file-write", 0, 0);
}

/* Writes "text" to "-" while standard output is the file `path`. */
static enum aj_status write_to_stdout(struct bench *b, const char *path)
{
    fflush(stdout);
    const int saved = dup(STDOUT_FILENO);
    const int target = open(path, O_WRONLY | O_CREAT, 0600);
    assert_true(saved >= 0 && target >= 0);
    assert_int_equal(dup2(target, STDOUT_FILENO), STDOUT_FILENO);
    const enum aj_status status = aj_file_write(&b->cx, "-", "text", 4);
    clearerr(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    close(target);
    return status;
}

static void a_dash_is_standard_output(void **state)
{
    struct bench *b = *state;
    assert_int_equal(write_to_stdout(b, below(b, "captured")), AJ_OK);
    assert_string_equal(tree(b), "captured=text\n");
    assert_int_equal(write_to_stdout(b, "/dev/full"), AJ_ERR_IO);
    test_one_error(&b->cx, "file-write", 0, 0);
}

/* One file does not make directories: a misspelt path is an error, not a new tree. */
static void one_file_needs_its_directory(void **state)
{
    struct bench *b = *state;
    assert_int_equal(aj_file_write(&b->cx, below(b, "no/such"), "x", 1), AJ_ERR_IO);
    assert_false(aj_file_exists(below(b, "no")));
    put(b, "file", "x");
    assert_int_equal(aj_file_write(&b->cx, below(b, "file/below"), "x", 1), AJ_ERR_IO);
    assert_int_equal(test_count(&b->cx, "file-write"), 2);
}

static void outputs_are_removed(void **state)
{
    struct bench *b = *state;
    const char *const names[] = {"a/old", "a", "never-there", "../outside", "/etc/passwd", ""};
    put(b, "a/old", "x");
    put(b, "a/kept", "x");
    put(b, "outside", "x");
    assert_int_equal(aj_outputs_remove(&b->cx, below(b, "a"), names + 3, 3), AJ_OK);
    assert_int_equal(aj_outputs_remove(&b->cx, b->dir, names, AJ_COUNT(names)), AJ_OK);
    assert_string_equal(tree(b), "a/\na/kept=x\noutside=x\n");
    test_no_errors(&b->cx);
}

int main(void)
{
#define FS_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        FS_TEST(files_are_read_whole),
        FS_TEST(an_empty_file_has_no_bytes),
        FS_TEST(an_endless_file_is_too_big),
        FS_TEST(what_cannot_be_read),
        FS_TEST(sets_are_written_with_their_directories),
        FS_TEST(bad_names_are_refused),
        FS_TEST(names_that_clash_are_refused),
        FS_TEST(a_failed_set_changes_nothing),
        FS_TEST(a_full_disk_changes_nothing),
        FS_TEST(the_directory_is_a_file),
        FS_TEST(directories_are_made),
        FS_TEST(links_are_followed),
        FS_TEST(links_to_nothing_are_refused),
        FS_TEST(permissions_are_kept),
        FS_TEST(an_interrupted_run_reads_and_writes_nothing),
        FS_TEST(waiting_for_a_pipe_ends),
        FS_TEST(foreign_temporaries_are_left_alone),
        FS_TEST(one_file_by_its_path),
        FS_TEST(one_file_needs_its_directory),
        FS_TEST(outputs_are_removed),
        FS_TEST(devices_are_written_in_place),
        FS_TEST(a_dash_is_standard_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
