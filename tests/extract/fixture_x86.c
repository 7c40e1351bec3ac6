/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/extract/fixture_x86.h"

#define HEADER 36u

static size_t parse_bytes(const char *text, uint8_t *to, size_t room)
{
    size_t count = 0;
    for (char *end = NULL; *text != '\0'; text = end + strspn(end, " ")) {
        const unsigned long value = strtoul(text, &end, 16);
        assert_true(end != text && value <= 0xff && count < room);
        to[count++] = (uint8_t)value;
    }
    return count;
}

void fixture_table(struct extract_fixture *f, const char *signature, const char *body)
{
    uint8_t bytes[1024] = {0};
    const size_t size = HEADER + parse_bytes(body, bytes + HEADER, sizeof bytes - HEADER);
    uint8_t sum = 0;
    memcpy(bytes, signature, 4);
    bytes[4] = (uint8_t)size;
    bytes[5] = (uint8_t)(size >> 8);
    for (size_t i = 0; i < size; i++)
        sum = (uint8_t)(sum + bytes[i]);
    bytes[9] = (uint8_t)(0 - sum);
    fixture_bytes(f, aj_strf(f->out, "/sys/firmware/acpi/tables/%s", signature),
                  (struct aj_bytes){bytes, size});
}

void fixture_attribute(struct extract_fixture *f, const char *name, const char *file,
                       const char *text)
{
    fixture_file(f, aj_strf(f->out, "/sys/bus/pci/devices/%s/%s", name, file), text);
}

void fixture_function(struct extract_fixture *f, const char *name, size_t size,
                      const char *const *pieces, const char *resource)
{
    uint8_t *config = AJ_NEW_ARRAY(f->out, uint8_t, size);
    for (size_t i = 0; pieces != NULL && pieces[i] != NULL; i++) {
        char *at = NULL;
        const unsigned long offset = strtoul(pieces[i], &at, 16);
        assert_true(*at == '=' && offset < size);
        (void)parse_bytes(at + 1, config + offset, size - offset);
    }
    fixture_bytes(f, aj_strf(f->out, "/sys/bus/pci/devices/%s/config", name),
                  (struct aj_bytes){config, size});
    if (resource != NULL)
        fixture_attribute(f, name, "resource", resource);
}

struct extract_fixture *fixture_x86(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/cpuinfo",
                 "processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: fpu vmx lm\n"
                 "vmx flags\t: preemption_timer ept unrestricted_guest\n"
                 "address sizes\t: 39 bits physical, 48 bits virtual\n\nprocessor\t: 1\n");
    fixture_file(f, "/sys/devices/system/cpu/online", "0-1\n");
    fixture_file(f, "/sys/devices/system/cpu/cpu0/topology/core_id", "0\n");
    fixture_file(f, "/sys/devices/system/cpu/cpu1/topology/core_id", "1\n");
    fixture_file(f, "/proc/iomem",
                 "00000000-00000fff : Reserved\n00001000-0009fbff : System RAM\n"
                 "00100000-3fffffff : System RAM\n  01000000-01dfffff : Kernel code\n"
                 "80000000-bfffffff : PCI Bus 0000:00\nfec00000-fec00fff : IOAPIC 0\n"
                 "fed90000-fed90fff : dmar0\nfee00000-fee00fff : Local APIC\n");
    /* The local APIC's address, flags; CPUs 0 and 1; an IOAPIC; the timer is at pin 2. */
    fixture_table(f, "APIC",
                  "00 00 e0 fe 01 00 00 00 "
                  "00 08 00 00 01 00 00 00 00 08 01 02 01 00 00 00 "
                  "01 0c 02 00 00 00 c0 fe 00 00 00 00 "
                  "02 0a 00 00 02 00 00 00 00 00 02 0a 00 09 09 00 00 00 0d 00");
    fixture_table(
        f, "DMAR",
        "26 00 00 00 00 00 00 00 00 00 00 00 00 00 18 00 01 00 00 00 00 00 d9 fe 00 00 00 "
        "00 03 08 00 00 02 00 1e 07");
    return f;
}
