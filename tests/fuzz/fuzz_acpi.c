/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ACPI tables and PCI configuration spaces. The first byte of the input says which file of a small
 * PC, or arm64 machine, the rest becomes. A table is given its signature, length and checksum, so that what is behind
 * the header is read, unless the highest bit of that byte is set.
 */
#include "base/num.h"
#include "tests/fuzz/snapshot.h"

#define PCI    "sys/bus/pci/devices/"
#define TABLES "sys/firmware/acpi/tables/"

static const char *const paths[] = {
    TABLES "APIC",
    TABLES "DMAR",
    TABLES "IVRS",
    TABLES "MCFG",
    TABLES "FACP",
    TABLES "SRAT",
    PCI "0000:00:02.0/config",
    PCI "0000:00:03.0/config",
    TABLES "GTDT",
    TABLES "SPCR",
    TABLES "IORT",
};
enum { RAW = 0x80, ARM = 0x40, HEADER = 36, SIZE_MAX_OF_FILE = 1 << 16 };

static const char resource[] = "0x00000000fea00000 0x00000000fea1ffff 0x0000000000040200\n"
                               "0x000000000000c000 0x000000000000c01f 0x0000000000040101\n"
                               "0x0000000900000000 0x00000009000fffff 0x000000000014220c\n";

static const struct fuzz_file machine[] = {
    FUZZ_FILE("proc/cpuinfo", "processor : 0\nvendor_id : GenuineIntel\nflags : vmx\n"),
    FUZZ_FILE("proc/iomem", "00100000-3fffffff : System RAM\nfed90000-fed90fff : dmar0\n"),
    FUZZ_FILE("sys/devices/system/cpu/online", "0-1\n"),
    FUZZ_FILE("sys/devices/system/cpu/cpu0/topology/core_id", "0\n"),
    FUZZ_FILE("sys/devices/system/cpu/cpu1/topology/core_id", "1\n"),
    FUZZ_FILE(PCI "0000:00:02.0/resource", resource),
    FUZZ_FILE(PCI "0000:00:02.0/config", "\x86\x80\xd3\x10\0\0\0\0\0\0\0\2"),
    FUZZ_FILE(PCI "0000:00:03.0/config",
              "\x86\x80\xd3\x10\0\0\0\0\0\0\4\6\0\0\1\0\0\0\0\0\0\0\0\0\0\1\1"),
    FUZZ_FILE(PCI "0000:01:00.0/resource", resource),
    FUZZ_FILE(PCI "0000:01:00.0/config", "\x86\x80\xd3\x10\0\0\0\0\0\0\0\2"),
    /* an IOAPIC */
    FUZZ_FILE(TABLES "APIC", "    \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                             "\0\0\0\0\0\0\0\0\1\x0c\2\0\0\0\xc0\xfe\0\0\0\0"),
};

/* What makes it an arm64 machine. */
static const struct fuzz_file arm =
    FUZZ_FILE("sys/devices/system/cpu/modalias", "cpu:type:aarch64:feature:,0001\n");

static void complete_header(uint8_t *table, size_t size, const char *signature)
{
    uint8_t sum = 0;
    memcpy(table, signature, 4);
    for (unsigned i = 0; i < 4; i++)
        table[4 + i] = (uint8_t)(size >> 8 * i);
    table[9] = 0;
    for (size_t i = 0; i < size; i++)
        sum = (uint8_t)(sum + table[i]);
    table[9] = (uint8_t)-sum;
}

/* Puts a file into the snapshot, a table complete unless `raw`. */
static void put(const struct fuzz_file *file, bool raw)
{
    struct aj_arena *arena = aj_arena_open();
    uint8_t *bytes = aj_memdup(arena, file->bytes, file->size);
    const struct fuzz_file copy = {file->path, (const char *)bytes, file->size};
    if (!raw && file->size >= HEADER && strncmp(file->path, TABLES, strlen(TABLES)) == 0)
        complete_header(bytes, file->size, file->path + strlen(TABLES));
    fuzz_snapshot_put(&copy, 1);
    aj_arena_close(arena);
}

/* Makes the machine, or the file `path` of it again. */
static void make_machine(const char *path)
{
    for (size_t i = 0; i < AJ_COUNT(machine); i++)
        if (path == NULL || strcmp(path, machine[i].path) == 0)
            put(&machine[i], false);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool made;
    if (size == 0 || size > SIZE_MAX_OF_FILE)
        return 0;
    if (!made)
        make_machine(NULL);
    made = true;
    const char *path = paths[(data[0] & 0x3f) % AJ_COUNT(paths)];
    const struct fuzz_file hostile = {path, (const char *)data + 1, size - 1};
    put(&hostile, (data[0] & RAW) != 0);
    if ((data[0] & ARM) != 0)
        fuzz_snapshot_put(&arm, 1);
    fuzz_snapshot_extract();
    fuzz_snapshot_remove(arm.path);
    fuzz_snapshot_remove(path);
    make_machine(path);
    return 0;
}
