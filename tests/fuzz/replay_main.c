/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stands in for libFuzzer with any compiler: replay_main CORPUS-DIRECTORY MUTATIONS runs each file
 * of the directory through the fuzz target, and that many random mutations of it. The same corpus
 * gives the same inputs on every machine.
 */
#include <dirent.h>

#include "base/fs.h"
#include "base/units.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/support/support.h"

enum { FILE_SIZE_MAX = 1 << 20, GROWTH_MAX = 256 };

struct corpus {
    AJ_VEC(const char *) paths;
    struct aj_bytes *files; /* files[paths.count] */
};

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool read_corpus(struct aj_ctx *cx, struct aj_arena *arena, const char *path,
                        struct corpus *corpus)
{
    DIR *dir = opendir(path);
    if (dir == NULL)
        return false;
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir))
        if (entry->d_name[0] != '.')
            AJ_PUSH(arena, &corpus->paths, aj_strf(arena, "%s/%s", path, entry->d_name));
    closedir(dir);
    if (corpus->paths.count == 0)
        return false;
    qsort(corpus->paths.items, corpus->paths.count, sizeof *corpus->paths.items, by_name);
    corpus->files = AJ_NEW_ARRAY(arena, struct aj_bytes, corpus->paths.count);
    for (size_t i = 0; i < corpus->paths.count; i++)
        if (aj_file_read(cx, corpus->paths.items[i], FILE_SIZE_MAX, arena, &corpus->files[i]) !=
            AJ_OK)
            return false;
    return true;
}

/* The target gets memory of its own of exactly this size, so that sanitizers see every overrun. */
static void run(const uint8_t *data, size_t size)
{
    struct aj_arena *arena = aj_arena_open();
    (void)LLVMFuzzerTestOneInput(aj_memdup(arena, data, size), size);
    aj_arena_close(arena);
}

struct text {
    uint8_t *data;
    size_t size, cap;
};

/* Puts `count` bytes at `at` in the place of `gone` bytes; nothing if they do not fit. */
static void replace(struct text *t, size_t at, size_t gone, const uint8_t *bytes, size_t count)
{
    if (t->size - gone + count > t->cap)
        return;
    memmove(t->data + at + count, t->data + at + gone, t->size - at - gone);
    memcpy(t->data + at, bytes, count);
    t->size += count - gone;
}

static void mutate_once(struct text *t, const struct corpus *corpus, uint64_t *random)
{
    static const uint8_t odd[] = {0,   1,   '\t', '\n', ' ', '"', '&', '*', '-', '.', '/',
                                  '0', '9', ':',  '<',  '>', '[', '{', 127, 128, 254, 255};
    const size_t at = test_random_below(random, (uint32_t)t->size + 1);
    const size_t left = t->size - at;
    const size_t most = left < 32 ? left : 32;
    const size_t len = test_random_below(random, (uint32_t)most + 1);
    uint8_t some[32];
    for (size_t i = 0; i < sizeof some; i++)
        some[i] = (uint8_t)test_random(random);
    switch (test_random_below(random, 7)) {
    case 0: /* flip a bit */
        if (left > 0)
            t->data[at] ^= (uint8_t)(1U << test_random_below(random, 8));
        break;
    case 1: /* a byte that parsers look at */
        if (left > 0)
            t->data[at] = odd[test_random_below(random, AJ_COUNT(odd))];
        break;
    case 2: replace(t, at, 0, &odd[test_random_below(random, AJ_COUNT(odd))], 1); break;
    case 3: replace(t, at, len, some, 0); break;
    case 4: replace(t, at, len, some, test_random_below(random, sizeof some)); break;
    case 5: /* repeat a span */
        memcpy(some, t->data + at, len);
        replace(t, at, 0, some, len);
        break;
    default: { /* a span of another file */
        const size_t which = test_random_below(random, (uint32_t)corpus->paths.count);
        const struct aj_bytes *other = &corpus->files[which];
        const size_t from = test_random_below(random, (uint32_t)other->size + 1);
        const size_t rest = other->size - from;
        replace(t, at, len, other->data + from, rest < 64 ? rest : 64);
        break;
    }
    }
}

static void run_mutations(const struct corpus *corpus, size_t file, uint64_t count)
{
    const struct aj_bytes *original = &corpus->files[file];
    struct aj_arena *arena = aj_arena_open();
    struct text text = {.cap = original->size + GROWTH_MAX};
    text.data = aj_alloc(arena, text.cap);
    uint64_t random = file; /* the seed */
    for (uint64_t i = 0; i < count; i++) {
        memcpy(text.data, original->data, original->size);
        text.size = original->size;
        for (uint32_t k = 1 + test_random_below(&random, 6); k > 0; k--)
            mutate_once(&text, corpus, &random);
        run(text.data, text.size);
    }
    aj_arena_close(arena);
}

int main(int argc, char **argv)
{
    struct aj_ctx cx;
    struct corpus corpus = {.files = NULL};
    uint64_t mutations = 0;
    if (argc != 3 || aj_parse_u64(argv[2], &mutations).why != AJ_UNITS_OK) {
        fprintf(stderr, "usage: %s CORPUS-DIRECTORY MUTATIONS\n", argv[0]);
        return 2;
    }
    aj_ctx_open(&cx);
    struct aj_arena *arena = aj_arena_open();
    const bool ok = read_corpus(&cx, arena, argv[1], &corpus);
    if (!ok)
        fprintf(stderr, "%s: no corpus\n%s", argv[1], test_diags(&cx));
    for (size_t i = 0; ok && i < corpus.paths.count; i++) {
        /* Said before, so that a crash is known by its file. */
        printf("%s and %llu mutations, seed %zu\n", corpus.paths.items[i],
               (unsigned long long)mutations, i);
        fflush(stdout);
        run(corpus.files[i].data, corpus.files[i].size);
        run_mutations(&corpus, i, mutations);
    }
    aj_arena_close(arena);
    aj_ctx_close(&cx);
    return ok ? 0 : 1;
}
