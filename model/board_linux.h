/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a board's Linux says of itself: its kernel, whether Jailhouse is there, and what decides how
 * long it may take to react. Parts of struct model_board (model/board.h).
 */
#ifndef MODEL_BOARD_LINUX_H
#define MODEL_BOARD_LINUX_H

#include "base/cpuset.h"
#include "base/num.h"

/* Lines of /proc/interrupts with their counts per online CPU. */
struct model_irq_count {
    uint32_t intid;
    const char *owner;      /* action names */
    const uint32_t *counts; /* counts[counts_count]: one per CPU of the header, saturated */
    size_t counts_count;
    const uint32_t *fired; /* of the same CPUs: how often in realtime.sampled_ns that followed */
    size_t fired_count;    /* 0: there was no second sample */
    struct aj_cpuset affinity;  /* CPUs where Linux lets it fire */
    struct aj_cpuset effective; /* and where it does */
};

struct model_board_kernel {
    const char *release; /* uname -r */
    const char *cmdline;
    bool preempt_rt;
    aj_size page_size;         /* 4 KiB; on arm64 also 16 or 64 KiB */
    aj_size mem_limit;         /* mem= of the command line, AJ_NONE64 if there is none */
    const char *const *config; /* options that Jailhouse or reaction times depend on, "HZ=250" */
    size_t config_count;       /* 0: not known */
};

struct model_jailhouse_facts {
    bool possible;
    bool
        running; /* the capture was taken while Jailhouse was active: CPUs and nodes are incomplete */
    const char *const *reasons;
    size_t reasons_count;
    bool looked_for;      /* what follows is known */
    const char *tool;     /* path of the command, or NULL */
    const char *driver;   /* path of the kernel module, "loaded", or NULL */
    const char *firmware; /* path of the hypervisor, or NULL */
};

/* A state that idle CPUs may sleep in. */
struct model_idle_state {
    const char *name;
    int64_t latency_ns;        /* until a CPU that sleeps in it is back */
    struct aj_cpuset cpus;     /* that have it */
    struct aj_cpuset disabled; /* of these, those that may not use it now */
};

/* CPUs that change their frequency together. */
struct model_frequency_domain {
    struct aj_cpuset cpus;
    const char *driver, *governor;
    uint32_t min_khz, max_khz; /* of the hardware */
};

/* A NUMA node. */
struct model_numa_node {
    uint32_t node;
    struct aj_cpuset cpus;
    const uint32_t *distances; /* to each node, in ascending order of their numbers; 10 = itself */
    size_t distances_count;
};

struct model_timing {
    const char *smt; /* "on", "off", "forceoff", "notsupported", "notimplemented" */
    const char *clocksource;
    const char *const *clocksources;
    size_t clocksources_count;
    struct aj_cpuset isolcpus, nohz_full, rcu_nocbs, irqaffinity; /* by arguments of the kernel */
    uint32_t rt_runtime_us; /* of each period real-time tasks may run; 0: all of it, or unknown */
    uint32_t throttled;     /* how often heat slowed CPUs down since boot */
    const struct model_idle_state *idle_states; /* shallow ones first */
    size_t idle_states_count;
    const struct model_frequency_domain *frequencies;
    size_t frequencies_count;
    int64_t sampled_ns; /* between the two samples of interrupts; 0: there was one */
};

#endif
