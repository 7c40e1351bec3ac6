/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The project file autojail.yml: where the board is and how its Jailhouse is built.
 */
#ifndef MODEL_PROJECT_H
#define MODEL_PROJECT_H

#include "model/board.h"

/* Where the kernel arguments of a board are kept. */
enum model_boot_arguments {
    MODEL_BOOT_COMMAND,  /* `set` knows */
    MODEL_BOOT_GRUB,     /* a file in /etc/default/grub.d, and update-grub */
    MODEL_BOOT_EXTLINUX, /* the lines "append" of extlinux.conf */
    MODEL_BOOT_CMDLINE,  /* the one line of cmdline.txt, as a Raspberry Pi has it */
};
/* How a board is booted with other kernel arguments. */
struct model_boot {
    uint8_t arguments;      /* enum model_boot_arguments */
    const char *file;       /* NULL: where it usually is */
    const char *const *set; /* set[set_count]; the arguments are one more word, or "" for none */
    size_t set_count;
    const char *const *reboot;
    size_t reboot_count; /* 0: "reboot" */
    int64_t limit_ns;    /* until it answers again */
};

struct model_project {
    const char *name, *board;
    uint8_t arch; /* enum model_arch */
    const char *login, *jump;
    const char *cross_compile, *kernel_dir, *jailhouse_dir, *jailhouse_url;
    uint32_t config_revision; /* 13 or 14; default 14 */
    const char *uart;
    const char *power_on, *power_off, *power_reset; /* power: {on, off, reset} */
    const char *build_dir, *deploy_dir;             /* default "build", "deploy" */
    const struct model_boot *boot;                  /* NULL: it is not rebooted */
    const struct aj_yaml *at;
};

extern const struct aj_schema model_project_schema;
AJ_NODISCARD enum aj_status model_project_read(struct aj_ctx *cx, const struct aj_yaml *doc,
                                               struct aj_arena *out,
                                               const struct model_project **project);
void model_project_write(const struct model_project *project, struct aj_buf *to);

#endif
