/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/extract/fixture.h"

#include <sys/stat.h>

#include "base/buf.h"
#include "base/dt.h"

int extract_fixture_setup(void **state)
{
    struct extract_fixture *f = calloc(1, sizeof *f);
    aj_ctx_open(&f->cx);
    f->out = aj_arena_open();
    strncpy(f->dir, "/tmp/aj-test-XXXXXX", sizeof f->dir - 1);
    assert_non_null(mkdtemp(f->dir));
    *state = f;
    return 0;
}

int extract_fixture_teardown(void **state)
{
    struct extract_fixture *f = *state;
    const int status = system(aj_strf(f->out, "rm -rf %s", f->dir));
    aj_arena_close(f->out);
    aj_ctx_close(&f->cx);
    free(f);
    return status;
}

void fixture_bytes(struct extract_fixture *f, const char *path, struct aj_bytes bytes)
{
    char *full = aj_strf(f->out, "%s%s", f->dir, path);
    for (char *slash = strchr(full + strlen(f->dir) + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(full, 0700);
        *slash = '/';
    }
    FILE *to = fopen(full, "wb");
    assert_non_null(to);
    if (to == NULL)
        return; /* for the compiler */
    assert_int_equal(fwrite(bytes.data, 1, bytes.size, to), bytes.size);
    fclose(to);
}

void fixture_file(struct extract_fixture *f, const char *path, const char *text)
{
    fixture_bytes(f, path, (struct aj_bytes){(const uint8_t *)text, strlen(text)});
}

void fixture_blob(struct extract_fixture *f, const char *dts)
{
    fixture_bytes(f, "/sys/firmware/fdt", test_dtb(f->out, dts));
}

void fixture_tree(struct extract_fixture *f, const char *more)
{
    fixture_blob(f, aj_strf(f->out, "/include/ \"common.dtsi\"\n%s", more));
}

void fixture_live(struct extract_fixture *f, const char *root, const char *dts)
{
    const struct aj_dt *dt = NULL;
    assert_int_equal(aj_dt_parse(&f->cx, "live", test_dtb(f->out, dts), f->out, &dt), AJ_OK);
    for (size_t i = 0; i < dt->nodes.count; i++) {
        const struct aj_dt_node *node = dt->nodes.items[i];
        const char *path = node->parent == NULL ? "" : node->path;
        /* As the kernel does. */
        fixture_file(f, aj_strf(f->out, "%s%s/name", root, path), node->name);
        for (size_t k = 0; k < node->props.count; k++)
            fixture_bytes(f, aj_strf(f->out, "%s%s/%s", root, path, node->props.items[k].name),
                          (struct aj_bytes){node->props.items[k].data, node->props.items[k].size});
    }
}

enum aj_status fixture_extract(struct extract_fixture *f, const struct model_board **board)
{
    struct remote *remote = NULL;
    const struct extract_options options = {.force = f->force};
    assert_int_equal(remote_open_snapshot(&f->cx, f->dir, &remote), AJ_OK);
    const enum aj_status status = extract_board(&f->cx, remote, &options, f->out, board);
    remote_close(remote);
    return status;
}

static void expect_round_trip(struct extract_fixture *f, const struct model_board *board,
                              void (*write)(const struct model_board *board, struct aj_buf *to))
{
    struct aj_buf text = {0};
    const struct aj_yaml *doc = NULL;
    const struct model_board *again = NULL;
    write(board, &text);
    assert_int_equal(aj_yaml_parse(&f->cx, "board.yml", text.data, text.len, f->out, &doc), AJ_OK);
    const enum aj_status status = model_board_read(&f->cx, doc, f->out, &again);
    test_no_errors(&f->cx);
    assert_int_equal(status, AJ_OK);
    assert_true(aj_schema_equal(&model_board_schema, board, again));
    aj_buf_free(&text);
}

const struct model_board *fixture_board(struct extract_fixture *f)
{
    const struct model_board *board = NULL;
    const enum aj_status status = fixture_extract(f, &board);
    test_no_errors(&f->cx);
    assert_int_equal(status, AJ_OK);
    expect_round_trip(f, board, model_board_write);
    expect_round_trip(f, board, extract_write);
    return board;
}

const struct model_board *fixture_board_of(struct extract_fixture *f, const char *more)
{
    fixture_tree(f, more);
    return fixture_board(f);
}

void fixture_fails(struct extract_fixture *f, const char *id)
{
    const struct model_board *board = NULL;
    assert_int_equal(fixture_extract(f, &board), AJ_ERR_INPUT);
    test_one_error(&f->cx, id, 0, 0);
    assert_null(board);
}

const struct model_device *device_of(const struct model_board *board, const char *name)
{
    const struct model_device *device = model_board_device(board, name);
    if (device == NULL)
        fail_msg("no device %s", name);
    return device;
}

static const struct model_region *find_region(const struct model_board *board, const char *name)
{
    for (size_t i = 0; i < board->memory_regions_count; i++)
        if (strcmp(board->memory_regions[i].name, name) == 0)
            return &board->memory_regions[i];
    return NULL;
}

const struct model_region *region_of(const struct model_board *board, const char *name)
{
    static const struct model_region none;
    const struct model_region *region = find_region(board, name);
    if (region == NULL)
        fail_msg("no region %s", name);
    return region == NULL ? &none : region;
}

void expect_region(const struct model_board *board, const char *name, aj_addr base, aj_size size,
                   enum model_region_type type)
{
    const struct model_region *region = region_of(board, name);
    assert_int_equal(region->phys_start, base);
    assert_int_equal(region->virt_start, base);
    assert_int_equal(region->size, size);
    assert_int_equal(region->type, type);
}

void expect_no_region(const struct model_board *board, const char *name)
{
    assert_null(find_region(board, name));
}

size_t notes_of(const struct model_board *board, const char *code)
{
    size_t count = 0;
    for (size_t i = 0; i < board->diagnostics_count; i++)
        count += strcmp(board->diagnostics[i].code, code) == 0;
    return count;
}

bool has_reason(const struct model_device *device, const char *text)
{
    for (size_t i = 0; i < device->reasons_count; i++)
        if (strstr(device->reasons[i], text) != NULL)
            return true;
    return false;
}

bool is_impossible(const struct model_board *board, const char *text)
{
    for (size_t i = 0; i < board->jailhouse.reasons_count; i++)
        if (strstr(board->jailhouse.reasons[i], text) != NULL)
            return !board->jailhouse.possible;
    return false;
}
