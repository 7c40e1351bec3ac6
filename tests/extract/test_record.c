/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is kept of a snapshot. */
#include "extract/collect.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/dt.h"
#include "tests/support/dts.h"
#include "tests/support/support.h"

struct fixture {
    struct aj_ctx cx;
    struct aj_arena *out;
    struct remote *from, *kept;
    char dir[32];
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    aj_ctx_open(&f->cx);
    f->out = aj_arena_open();
    strncpy(f->dir, "/tmp/aj-test-XXXXXX", sizeof f->dir - 1);
    assert_non_null(mkdtemp(f->dir));
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    remote_close(f->from);
    remote_close(f->kept);
    const int status = system(aj_strf(f->out, "rm -rf %s", f->dir));
    aj_arena_close(f->out);
    aj_ctx_close(&f->cx);
    free(f);
    return status;
}

static const char *at(struct fixture *f, const char *name)
{
    return aj_strf(f->out, "%s/%s", f->dir, name);
}

static void add(struct fixture *f, const char *name, struct aj_bytes bytes)
{
    const struct aj_output file = {name, bytes.data, bytes.size, false};
    assert_int_equal(aj_outputs_write(&f->cx, at(f, "from"), &file, 1), AJ_OK);
}

static enum aj_status record(struct fixture *f, const char *name)
{
    assert_int_equal(remote_open_snapshot(&f->cx, at(f, "from"), &f->from), AJ_OK);
    const enum aj_status status = extract_record(&f->cx, f->from, at(f, name));
    remote_close(f->from);
    f->from = NULL;
    if (status == AJ_OK)
        assert_int_equal(remote_open_snapshot(&f->cx, at(f, name), &f->kept), AJ_OK);
    return status;
}

static const char *kept_text(struct fixture *f, const char *path)
{
    struct aj_bytes bytes;
    return remote_read(f->kept, path, f->out, &bytes) ? (const char *)bytes.data : "nothing";
}

static void links_become_files(void **state)
{
    struct fixture *f = *state;
    static const char *const names[] = {"kept", "kept.tgz"};
    add(f, "sys/bus/x", (struct aj_bytes){(const uint8_t *)"text\n", 5});
    assert_int_equal(symlink("../drivers/y", at(f, "from/sys/bus/driver")), 0);
    for (size_t i = 0; i < AJ_COUNT(names); i++) {
        assert_int_equal(record(f, names[i]), AJ_OK);
        assert_string_equal(kept_text(f, "/sys/bus/x"), "text\n");
        assert_string_equal(kept_text(f, "/sys/bus/driver.link"), "../drivers/y\n");
        assert_string_equal(remote_link(f->kept, "/sys/bus/driver", f->out), "../drivers/y");
        remote_close(f->kept);
        f->kept = NULL;
    }
}

static const char source[] =
    "/dts-v1/; /memreserve/ 0x1000 0x2000;\n"
    "/ { serial-number = \"12345\"; compatible = \"test,board\";\n"
    "    chosen { kaslr-seed = <1 2>; rng-seed = <3 4>;\n"
    "             bootargs = \"quiet eth.macaddr=00:11:22:33:44:55 x\"; };\n"
    "    eth { local-mac-address = [00 11 22 33 44 55]; mac-address = [00 11 22 33 44 55];\n"
    "          security-key = \"key\"; reg-shift = <2>; }; };\n";

static void blob_without_secrets(void **state)
{
    struct fixture *f = *state;
    static const uint8_t zeros[8] = {0};
    const struct aj_dt *dt = NULL;
    struct aj_bytes bytes;
    add(f, "sys/firmware/fdt", test_dtb(f->out, source));
    assert_int_equal(record(f, "kept"), AJ_OK);
    assert_true(remote_read(f->kept, "/sys/firmware/fdt", f->out, &bytes));
    assert_int_equal(aj_dt_parse(&f->cx, "fdt", bytes, f->out, &dt), AJ_OK);
    const struct aj_dt_node *chosen = aj_dt_at(dt, "/chosen"), *eth = aj_dt_at(dt, "/eth");
    assert_string_equal(aj_dt_string(chosen, "bootargs"), "quiet eth.macaddr=x x");
    assert_memory_equal(aj_dt_prop(chosen, "kaslr-seed")->data, zeros, 8);
    assert_memory_equal(aj_dt_prop(chosen, "rng-seed")->data, zeros, 8);
    assert_memory_equal(aj_dt_prop(eth, "local-mac-address")->data, zeros, 6);
    assert_memory_equal(aj_dt_prop(eth, "mac-address")->data, zeros, 6);
    assert_memory_equal(aj_dt_prop(eth, "security-key")->data, zeros, 4);
    assert_memory_equal(aj_dt_prop(dt->nodes.items[0], "serial-number")->data, zeros, 6);
    assert_string_equal(aj_dt_string(dt->nodes.items[0], "compatible"), "test,board");
    assert_int_equal(aj_dt_cell(aj_dt_prop(eth, "reg-shift"), 0), 2);
    assert_int_equal(dt->reserved.count, 1);
}

/* An argument without a value grows: its end may be lost, not the property's. */
static void bootargs_that_grow(void **state)
{
    struct fixture *f = *state;
    const struct aj_dt *dt = NULL;
    struct aj_bytes bytes;
    add(f, "sys/firmware/fdt",
        test_dtb(f->out, "/dts-v1/; / { chosen { bootargs = \"a serial=\"; }; };"));
    assert_int_equal(record(f, "kept"), AJ_OK);
    assert_true(remote_read(f->kept, "/sys/firmware/fdt", f->out, &bytes));
    assert_int_equal(aj_dt_parse(&f->cx, "fdt", bytes, f->out, &dt), AJ_OK);
    assert_string_equal(aj_dt_string(aj_dt_at(dt, "/chosen"), "bootargs"), "a serial=");
}

static void broken_blob(void **state)
{
    struct fixture *f = *state;
    struct aj_bytes bytes = test_dtb(f->out, source);
    bytes.size -= 1;
    add(f, "sys/firmware/fdt", bytes);
    add(f, "proc/iomem", (struct aj_bytes){(const uint8_t *)"", 0});
    assert_int_equal(record(f, "kept"), AJ_OK);
    assert_string_equal(kept_text(f, "/sys/firmware/fdt"), "nothing");
    assert_string_equal(kept_text(f, "/proc/iomem"), "");
}

static void endless_directories(void **state)
{
    struct fixture *f = *state;
    struct aj_buf path = {0};
    aj_buf_adds(&path, at(f, "from"));
    assert_int_equal(mkdir(aj_buf_text(&path), 0700), 0);
    for (int i = 0; i < 70; i++) {
        aj_buf_adds(&path, "/d");
        assert_int_equal(mkdir(aj_buf_text(&path), 0700), 0);
    }
    aj_buf_free(&path);
    assert_int_equal(record(f, "kept"), AJ_ERR_INPUT);
    test_one_error(&f->cx, "snapshot-hostile", 0, 0);
}

static void nowhere_to_write(void **state)
{
    struct fixture *f = *state;
    add(f, "x", (struct aj_bytes){(const uint8_t *)"x", 1});
    assert_int_equal(record(f, "from/x/kept.tar.gz"), AJ_ERR_IO);
    test_one_error(&f->cx, "file-write", 0, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(links_become_files), TEST(blob_without_secrets), TEST(bootargs_that_grow),
        TEST(broken_blob),        TEST(endless_directories),  TEST(nowhere_to_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
