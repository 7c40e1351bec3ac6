/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The running kernel: release, command line, and what its log says about the board. */
#include "base/units.h"
#include "extract/extract_priv.h"

/* The word behind `before` in `text`, NULL if `before` is not there. */
static const char *word_after(const struct extract *ex, const char *text, const char *before)
{
    const char *at = text == NULL ? NULL : strstr(text, before);
    if (at == NULL)
        return NULL;
    at += strlen(before);
    const size_t length = strcspn(at, " ");
    return length == 0 ? NULL : aj_strndup(ex->out, at, length);
}

/* The decimal number that ends right before `after`. */
static bool number_before(const struct extract *ex, const char *line, const char *after,
                          uint64_t *value)
{
    const char *at = strstr(line, after);
    if (at == NULL)
        return false;
    while (at > line && at[-1] >= '0' && at[-1] <= '9')
        at--;
    return extract_decimal(ex, &at, value);
}

static void read_log_line(struct extract *ex, const char *line)
{
    struct extract_dmesg *dmesg = &ex->dmesg;
    uint64_t value = 0;
    /* "GICv3: 224 SPIs implemented", not "0 Extended SPIs implemented" */
    if (strstr(line, "GICv3: ") != NULL && number_before(ex, line, " SPIs implemented", &value) &&
        value <= 988)
        dmesg->spis = (uint32_t)value;
    if (strstr(line, " detected in firmware") != NULL && strstr(line, "psci: PSCIv") != NULL)
        dmesg->psci_version = word_after(ex, line, "psci: PSCIv");
    if (strstr(line, "CPU(s) started at EL1") != NULL)
        dmesg->started_at_el1 = true;
    const char *boot = strstr(line, "Booting Linux on physical CPU 0x");
    if (boot != NULL && !dmesg->has_boot_cpu) {
        boot += strlen("Booting Linux on physical CPU 0x");
        dmesg->has_boot_cpu = extract_hex(ex, &boot, &dmesg->boot_cpu);
    }
}

bool extract_log_open(const struct extract *ex, struct extract_lines *lines)
{
    return extract_lines_open(ex, "/commands/dmesg.txt", lines) ||
           extract_lines_open(ex, "/dmesg.txt", lines);
}

static void read_log(struct extract *ex)
{
    struct extract_lines lines;
    if (!extract_log_open(ex, &lines))
        return;
    for (const char *line = extract_line(ex, &lines); line != NULL; line = extract_line(ex, &lines))
        read_log_line(ex, line);
}

/* Keys of kernel arguments whose values say which very machine this is, or let somebody in. */
static const char *const secret_keys[] = {
    "macaddr", "ethaddr", "hwaddr", "serial=", "passw", "secret", "token", "iscsi_chap"};

static bool is_secret(const char *word, size_t key_length)
{
    for (size_t i = 0; i < AJ_COUNT(secret_keys); i++) {
        const char *found = strstr(word, secret_keys[i]);
        if (found != NULL && (size_t)(found - word) < key_length)
            return true;
    }
    return false;
}

const char *extract_scrub(struct aj_arena *out, const char *text)
{
    struct aj_buf clean = {NULL, 0, 0};
    while (*text != '\0') {
        const size_t length = strcspn(text, " ");
        const char *equals = memchr(text, '=', length);
        const size_t key = equals == NULL ? length : (size_t)(equals - text) + 1;
        const bool secret = equals != NULL && is_secret(text, key);
        aj_buf_add(&clean, text, secret ? key : length);
        if (secret)
            aj_buf_adds(&clean, "x");
        text += length;
        const size_t blanks = strspn(text, " ");
        aj_buf_add(&clean, text, blanks);
        text += blanks;
    }
    const char *kept = aj_strdup(out, aj_buf_text(&clean));
    aj_buf_free(&clean);
    return kept;
}

static const char *command_line(const struct extract *ex)
{
    const char *text = extract_text(ex, "/proc/cmdline");
    extract_from(ex, "kernel", "cmdline", NULL, "/proc/cmdline");
    const struct aj_dt_node *chosen = ex->dt == NULL ? NULL : aj_dt_at(ex->dt, "/chosen");
    if (text == NULL && chosen != NULL) {
        text = aj_dt_string(chosen, "bootargs");
        extract_from_node(ex, "kernel", "cmdline", NULL, chosen, "bootargs");
    }
    if (text == NULL)
        return NULL;
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == ' ')
        length--;
    return extract_scrub(ex->out, aj_strndup(ex->out, text, length));
}

/* mem=SIZE or mem=SIZE@START */
static aj_size memory_limit(struct extract *ex, const char *cmdline)
{
    const char *text = extract_word(ex, cmdline, "mem");
    uint64_t size = AJ_NONE64;
    if (text == NULL)
        return AJ_NONE64;
    const char *number = aj_strndup(ex->cx->scratch, text, strcspn(text, "@"));
    if (aj_parse_size(number, &size).why != AJ_UNITS_OK || size == 0) {
        extract_note(ex, "warning", "cmdline-mem", "/proc/cmdline", "mem=%.40s is no size", text);
        return AJ_NONE64;
    }
    return size;
}

/* Options that Jailhouse's driver or reaction times depend on. */
static const char *const options[] = {
    "ARM64_16K_PAGES", "ARM64_4K_PAGES",   "ARM64_64K_PAGES",
    "CPU_ISOLATION",   "HIGH_RES_TIMERS",  "HZ",
    "MODULES",         "MODULE_SIG_FORCE", "NO_HZ_FULL",
    "OF_OVERLAY",      "PCI_HOST_GENERIC", "PREEMPT_RT",
    "RCU_NOCB_CPU",    "STRICT_DEVMEM",    "X86_CPU_RESCTRL",
};

/* "CONFIG_HZ=250" */
static void read_option(const struct extract *ex, const char *line, const char **values)
{
    static const char prefix[] = "CONFIG_";
    if (strncmp(line, prefix, sizeof prefix - 1) != 0)
        return;
    line += sizeof prefix - 1;
    for (size_t i = 0; i < AJ_COUNT(options); i++) {
        const size_t length = strlen(options[i]);
        if (strncmp(line, options[i], length) == 0 && line[length] == '=')
            values[i] = aj_strdup(ex->out, line);
    }
}

static void read_config(struct extract *ex)
{
    const char *values[AJ_COUNT(options)] = {NULL};
    AJ_VEC(const char *) config = {0};
    struct extract_lines lines;
    if (!extract_lines_open(ex, "/commands/config.txt", &lines))
        return;
    for (const char *line = extract_line(ex, &lines); line != NULL; line = extract_line(ex, &lines))
        read_option(ex, line, values);
    for (size_t i = 0; i < AJ_COUNT(options); i++)
        if (values[i] != NULL)
            AJ_PUSH(ex->out, &config, values[i]);
    ex->board->kernel.config = config.items;
    ex->board->kernel.config_count = config.count;
}

/* "PAGESIZE      4096" of `getconf -a` */
static bool configured_page(const struct extract *ex, uint64_t *size)
{
    static const char name[] = "PAGESIZE ";
    struct extract_lines lines;
    if (!extract_lines_open(ex, "/commands/getconf-a.txt", &lines))
        return false;
    for (const char *line = extract_line(ex, &lines); line != NULL; line = extract_line(ex, &lines))
        if (strncmp(line, name, sizeof name - 1) == 0) {
            line += sizeof name - 1;
            line += strspn(line, " ");
            return extract_decimal(ex, &line, size);
        }
    return false;
}

/*
 * What the C library was told, as `getconf` has it; else what the kernel was built with. Kernels that
 * say neither have pages of 4 KiB, as almost all have.
 */
static aj_size page_size(const struct extract *ex)
{
    static const struct {
        const char *option;
        aj_size size;
    } built[] = {{"ARM64_16K_PAGES=y", AJ_KIB(16)}, {"ARM64_64K_PAGES=y", AJ_KIB(64)}};
    const struct model_board_kernel *kernel = &ex->board->kernel;
    uint64_t size = 0;
    if ((extract_number(ex, "/commands/pagesize.txt", &size) || configured_page(ex, &size)) &&
        model_page_exists((enum model_arch)ex->board->arch, size))
        return size;
    for (size_t i = 0; i < kernel->config_count; i++)
        for (size_t k = 0; k < AJ_COUNT(built); k++)
            if (strcmp(kernel->config[i], built[k].option) == 0)
                return built[k].size;
    return AJ_PAGE;
}

/* What the collector found of Jailhouse: "tool PATH", "driver PATH", "firmware PATH". */
static void read_jailhouse(struct extract *ex)
{
    struct model_jailhouse_facts *facts = &ex->board->jailhouse;
    const struct {
        const char *word;
        const char **path;
    } parts[] = {
        {"tool ", &facts->tool}, {"driver ", &facts->driver}, {"firmware ", &facts->firmware}};
    struct extract_lines lines = {NULL, NULL, 0};
    uint64_t enabled = 0;
    facts->looked_for = extract_lines_open(ex, "/commands/jailhouse.txt", &lines);
    for (const char *line = extract_line(ex, &lines); line != NULL; line = extract_line(ex, &lines))
        for (size_t i = 0; i < AJ_COUNT(parts); i++)
            if (strncmp(line, parts[i].word, strlen(parts[i].word)) == 0)
                *parts[i].path = aj_strdup(ex->out, line + strlen(parts[i].word));
    if (extract_number(ex, "/sys/devices/jailhouse/enabled", &enabled))
        facts->driver = "loaded";
}

void extract_kernel(struct extract *ex)
{
    struct model_board_kernel *kernel = &ex->board->kernel;
    const char *version = extract_text(ex, "/proc/version");
    uint64_t realtime = 0;
    read_log(ex);
    kernel->release = word_after(ex, version, "Linux version ");
    kernel->cmdline = command_line(ex);
    extract_from(ex, "kernel", "preempt_rt", NULL, "/proc/version, /sys/kernel/realtime");
    kernel->preempt_rt = (version != NULL && (strstr(version, "PREEMPT_RT") != NULL ||
                                              strstr(version, "PREEMPT RT") != NULL)) ||
                         (extract_number(ex, "/sys/kernel/realtime", &realtime) && realtime == 1);
    kernel->mem_limit = memory_limit(ex, kernel->cmdline);
    read_config(ex);
    kernel->page_size = page_size(ex);
    read_jailhouse(ex);
}
