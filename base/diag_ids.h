/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every diagnostic id of autojail, in alphabetical order: AJ_DIAG_ID(id, what it means and what to
 * do about it). Tests hold the table against the sources: an id that is used is listed, an id that
 * is listed is used and has a test that triggers it. The ids of the rules that judge a Jailhouse
 * system are in the table of model/check_rules_priv.h.
 */
#ifndef BASE_DIAG_IDS_H
#define BASE_DIAG_IDS_H

/* clang-format off */
#define AJ_DIAG_IDS(AJ_DIAG_ID)                                                                    \
    AJ_DIAG_ID("arch-differs", "autojail.yml and board.yml name different architectures")          \
    AJ_DIAG_ID("board-guess", "without board.yml: what is taken for granted, though nobody says so")\
    AJ_DIAG_ID("board-missing", "without board.yml the root cell must describe its platform")      \
    AJ_DIAG_ID("board-note", "what extraction found odd about the board; it stands in board.yml too")\
    AJ_DIAG_ID("board-ram", "the board has no RAM that hypervisor and guests could have")          \
    AJ_DIAG_ID("build-argument", "kernel_dir or cross_compile cannot work")                        \
    AJ_DIAG_ID("build-differs", "the build made another cell of its source than autojail")         \
    AJ_DIAG_ID("build-failed", "make of Jailhouse failed")                                         \
    AJ_DIAG_ID("bundle-directory", "deploy_dir cannot be the directory of a bundle")               \
    AJ_DIAG_ID("cell-architecture", "a file names an architecture that does not exist")            \
    AJ_DIAG_ID("cell-architecture-guess", "before revision 14 a file names no architecture: a guess")\
    AJ_DIAG_ID("cell-key", "the key of a guest cannot be part of a file name")                     \
    AJ_DIAG_ID("cell-limit", "a configuration holds more than its file format or autojail can")    \
    AJ_DIAG_ID("cell-name", "a name that Jailhouse cannot take: 1 to 31 bytes, no control characters")\
    AJ_DIAG_ID("cell-name-twice", "two cells have the same name")                                  \
    AJ_DIAG_ID("cell-older", "a file of revision 10 to 12 holds bytes that have no meaning there") \
    AJ_DIAG_ID("cell-revision", "a revision that autojail does not read or write")                 \
    AJ_DIAG_ID("cell-signature", "the file is no Jailhouse configuration")                         \
    AJ_DIAG_ID("cell-truncated", "a configuration file ends early")                                \
    AJ_DIAG_ID("cell-twice", "cells to be separated are not two")                                  \
    AJ_DIAG_ID("cell-unknown", "a constraint speaks of a cell that is not there")                  \
    AJ_DIAG_ID("closure-unknown", "a device must travel with another that the board does not have")\
    AJ_DIAG_ID("console-type", "a console that Jailhouse has no driver for")                       \
    AJ_DIAG_ID("console-type-typo", "PLL01 is taken for PL011")                                    \
    AJ_DIAG_ID("constraint-kind", "an entry of constraints says nothing, or several things at once")\
    AJ_DIAG_ID("constraint-mixed", "one statement of a constraint has keys of two")                \
    AJ_DIAG_ID("cpu-class", "a class of CPUs that the board is not known to have")                 \
    AJ_DIAG_ID("cpu-count", "a cell names its CPUs and their number")                              \
    AJ_DIAG_ID("cpu-number", "a key below cpus of a board is not a CPU's number, or stands twice") \
    AJ_DIAG_ID("cpu-reset", "a guest starts where nothing can be loaded")                          \
    AJ_DIAG_ID("cpu-too-many", "the cells need more CPUs than are online")                         \
    AJ_DIAG_ID("cpu-twice", "two cells name the same CPU")                                         \
    AJ_DIAG_ID("cpu-unknown", "a cell names a CPU that the board does not have or that is offline")\
    AJ_DIAG_ID("cyclictest", "what is called cyclictest on the target is another program")         \
    AJ_DIAG_ID("cyclictest-code", "cyclictest says of itself that it failed")                      \
    AJ_DIAG_ID("cyclictest-empty", "cyclictest printed no results")                                \
    AJ_DIAG_ID("cyclictest-help", "cyclictest printed its help: it did not understand an option")  \
    AJ_DIAG_ID("cyclictest-json", "the JSON of cyclictest is broken or incomplete")                \
    AJ_DIAG_ID("cyclictest-text", "a histogram of cyclictest does not agree with itself")          \
    AJ_DIAG_ID("deploy-busy", "the hypervisor of the target is in use already")                    \
    AJ_DIAG_ID("deploy-directory", "the directory for the files cannot be made on the target")     \
    AJ_DIAG_ID("deploy-files", "the directory to deploy has no list of files, or its files do not fit together")\
    AJ_DIAG_ID("deploy-jailhouse", "the target has no Jailhouse")                                  \
    AJ_DIAG_ID("deploy-left", "cells of an earlier run were still running and have been stopped")  \
    AJ_DIAG_ID("deploy-lost", "a cell did not survive the tests")                                  \
    AJ_DIAG_ID("deploy-start", "the hypervisor or a cell does not start")                          \
    AJ_DIAG_ID("deploy-stop", "the hypervisor or a cell does not stop")                            \
    AJ_DIAG_ID("device-ambiguous", "a type that several devices of the board are of")              \
    AJ_DIAG_ID("device-class", "the board has no device of the class")                             \
    AJ_DIAG_ID("device-hard", "a guest gets a device that is hard to take from the root cell")     \
    AJ_DIAG_ID("device-keep-running", "a device needs what the root cell must not switch off")     \
    AJ_DIAG_ID("device-memory", "a device that firmware makes use memory which its cell would not have")\
    AJ_DIAG_ID("device-twice", "two cells wish the same device")                                   \
    AJ_DIAG_ID("device-unknown", "a device or console that the board does not have")               \
    AJ_DIAG_ID("device-unsafe", "a guest gets a device whose DMA reaches all memory")              \
    AJ_DIAG_ID("device-wish", "a device is wanted by name or by class, by a guest")                \
    AJ_DIAG_ID("diag-limit", "how many more diagnostics there were than are kept")                 \
    AJ_DIAG_ID("dt-broken", "a device tree blob, or a name in a tree, is not valid")               \
    AJ_DIAG_ID("dt-limit", "a device tree is larger or deeper than any real one")                  \
    AJ_DIAG_ID("dt-truncated", "a device tree blob ends before its own end")                       \
    AJ_DIAG_ID("dt-write", "a device tree cannot be written: a bug of autojail")                   \
    AJ_DIAG_ID("explore-cell", "no cell to study, or explore.yml names one that cells.yml does not have")\
    AJ_DIAG_ID("explore-crew", "none of several targets is left")                                  \
    AJ_DIAG_ID("explore-deadline", "latencies have no deadline to be compared with, or one that cannot be measured")\
    AJ_DIAG_ID("explore-from", "nothing of this is of use to the exploration")                     \
    AJ_DIAG_ID("explore-idle", "nothing runs beside the measurements")                             \
    AJ_DIAG_ID("explore-lost", "one of several targets was given up; the others went on")          \
    AJ_DIAG_ID("explore-results", "results of tests that do not tell what ran")                    \
    AJ_DIAG_ID("explore-run", "a stored run that is none of this exploration")                     \
    AJ_DIAG_ID("explore-space", "an interrupt, bank or knob that cannot be explored")              \
    AJ_DIAG_ID("explore-void", "the plan as it is cannot be measured")                             \
    AJ_DIAG_ID("extract-no-source", "neither a device tree nor anything else to start from")       \
    AJ_DIAG_ID("extract-partial", "the board was read without root, so facts are missing")         \
    AJ_DIAG_ID("file-read", "a file cannot be opened or read")                                     \
    AJ_DIAG_ID("file-too-big", "a file is larger than autojail reads")                             \
    AJ_DIAG_ID("file-write", "a result cannot be written; what was there before is untouched")     \
    AJ_DIAG_ID("gic-version", "an interrupt controller that Jailhouse does not know")              \
    AJ_DIAG_ID("gicr-size", "a range of redistributors that is too small for the CPUs")            \
    AJ_DIAG_ID("guest-dt-clock", "the input clock of a guest's console is not known")              \
    AJ_DIAG_ID("guest-dt-cpu", "board.yml lacks the affinity of a CPU that a guest gets")          \
    AJ_DIAG_ID("guest-dt-platform", "board.yml lacks a fact about the interrupt controller that guests need")\
    AJ_DIAG_ID("guest-dt-timer", "a timer's interrupt in board.yml is none that is private to a CPU")\
    AJ_DIAG_ID("guest-silent", "the guest does not answer")                                        \
    AJ_DIAG_ID("hypervisor-size", "too little memory for any hypervisor")                          \
    AJ_DIAG_ID("hypervisor-small", "too little memory for the hypervisor to create cells")         \
    AJ_DIAG_ID("infeasible", "no plan can meet all requirements: relax one of those listed")       \
    AJ_DIAG_ID("interrupt-unknown", "a constraint speaks of an interrupt that nothing on the board has")\
    AJ_DIAG_ID("interrupted", "stopped by the user")                                               \
    AJ_DIAG_ID("iommu-unknown", "a PCI function behind an IOMMU that the board does not have")     \
    AJ_DIAG_ID("irq-balance", "irqbalance on the target may undo the routes of interrupts")        \
    AJ_DIAG_ID("irq-idle", "interrupts fire too seldom for their CPU to show in latencies")        \
    AJ_DIAG_ID("jailhouse-dir", "jailhouse_dir is no directory, or not with the sources of Jailhouse")\
    AJ_DIAG_ID("jailhouse-file", "a file in jailhouse_dir that autojail did not make is in the way")\
    AJ_DIAG_ID("jailhouse-impossible", "the board lacks what Jailhouse needs: board.yml says what")\
    AJ_DIAG_ID("jailhouse-revision", "the sources in jailhouse_dir are of another configuration revision than config_revision")\
    AJ_DIAG_ID("jailhouse-running", "Jailhouse was active when the snapshot was taken")            \
    AJ_DIAG_ID("key-missing", "a required key is not there")                                       \
    AJ_DIAG_ID("key-twice", "two keys that mean the same stand in one map")                        \
    AJ_DIAG_ID("key-unknown", "a key that means nothing here, often a misspelling")                \
    AJ_DIAG_ID("knob-scope", "a cell whose Linux does not have the knob, or that runs none")       \
    AJ_DIAG_ID("knob-unknown", "there is no such knob")                                            \
    AJ_DIAG_ID("knob-value", "a value that the knob does not take")                                \
    AJ_DIAG_ID("l3-cache", "a part of a cache that does not exist, that another guest has, or on other than x86")\
    AJ_DIAG_ID("latency-bins", "keys of a histogram that do not ascend or lie beyond it")          \
    AJ_DIAG_ID("latency-counts", "numbers of a measured thread that contradict each other")        \
    AJ_DIAG_ID("latency-threads", "blocks of one measurement with different CPUs")                 \
    AJ_DIAG_ID("link-network", "network of a link is none, or is that of another link")            \
    AJ_DIAG_ID("link-size", "a shared-memory link too small for its sections")                     \
    AJ_DIAG_ID("linux-reset", "a Linux guest that does not start at 0, where the loader is linked")\
    AJ_DIAG_ID("login", "a login that is neither local: nor ssh:user@host[:port]")                 \
    AJ_DIAG_ID("lower-iommu", "Jailhouse drives the IOMMUs, so Linux must not")                    \
    AJ_DIAG_ID("lower-iommu-count", "more IOMMUs than Jailhouse can drive")                        \
    AJ_DIAG_ID("lower-mmconfig", "links on a board without a memory-mapped configuration space")   \
    AJ_DIAG_ID("lower-plan", "the plan lacks a decision that the system needs")                    \
    AJ_DIAG_ID("lower-platform", "version or address of the interrupt controller is not known")    \
    AJ_DIAG_ID("lower-slots", "more links than free slots on the PCI bus")                         \
    AJ_DIAG_ID("mem-alignment", "an alignment that is no power of two")                            \
    AJ_DIAG_ID("mem-page", "an address, or the size of registers, is no multiple of a page")       \
    AJ_DIAG_ID("mem-reserved", "memory is fixed over what the root's Linux holds")                 \
    AJ_DIAG_ID("mem-size", "a memory range without a byte")                                        \
    AJ_DIAG_ID("mem-small", "a Linux guest with hardly enough memory for its kernel")              \
    AJ_DIAG_ID("mem-wrap", "a memory range that ends above 2^64")                                  \
    AJ_DIAG_ID("name-unknown", "a word that is not in the list of allowed words")                  \
    AJ_DIAG_ID("node-unknown", "a NUMA node that no CPU is in")                                    \
    AJ_DIAG_ID("number", "a text that is not a number, size or duration")                          \
    AJ_DIAG_ID("objective-order", "the total order of plans is given a weight")                    \
    AJ_DIAG_ID("objective-twice", "an objective stands twice in the list")                         \
    AJ_DIAG_ID("page-size", "pages of a size that kernels of the architecture do not have")        \
    AJ_DIAG_ID("pci-cap", "a PCI capability beyond the configuration space")                       \
    AJ_DIAG_ID("peer-count", "a link with too few or too many peers for its protocol")             \
    AJ_DIAG_ID("peer-twice", "a cell is at both ends of a link")                                   \
    AJ_DIAG_ID("peer-unknown", "a link names a cell that is not there")                            \
    AJ_DIAG_ID("phys-limit", "physical addresses that end within the first page")                  \
    AJ_DIAG_ID("pin-range", "a block of interrupt lines has 128 pins, 0 to 127")                   \
    AJ_DIAG_ID("place-root", "a constraint places the memory of the root cell")                    \
    AJ_DIAG_ID("plan-assign", "a cell of the plan has other CPUs than a constraint assigns to it") \
    AJ_DIAG_ID("plan-bound", "the plan does more, or less, of what a constraint counts than it allows")\
    AJ_DIAG_ID("plan-cells", "the plan has other cells than the requirements")                     \
    AJ_DIAG_ID("plan-console", "a cell's console in the plan is not the one it asks for")          \
    AJ_DIAG_ID("plan-cpu", "a cell has other CPUs in the plan than it asks for")                   \
    AJ_DIAG_ID("plan-cpu-domain", "CPUs share a core, cache or package that they must not, or do not that they must")\
    AJ_DIAG_ID("plan-cpu-forbidden", "a constraint forbids a CPU that the plan gives")             \
    AJ_DIAG_ID("plan-device", "a cell has a device too many or too few in the plan, or one that cannot move")\
    AJ_DIAG_ID("plan-forbidden", "the plan does what a constraint forbids")                        \
    AJ_DIAG_ID("plan-interrupt", "a cell's interrupts in the plan are not those of its devices and links")\
    AJ_DIAG_ID("plan-irq", "an interrupt of the root is given to a CPU it cannot have")            \
    AJ_DIAG_ID("plan-knob", "a knob of the plan has another value than a constraint sets, or one that it cannot have")\
    AJ_DIAG_ID("plan-level", "a plan says another value of an objective than it has")              \
    AJ_DIAG_ID("plan-link", "a link's devices, peers or sections in the plan are not what is asked for")\
    AJ_DIAG_ID("plan-memory", "memory is not placed once, as large and as accessible as asked")    \
    AJ_DIAG_ID("plan-memory-align", "memory is not aligned as it must be")                         \
    AJ_DIAG_ID("plan-memory-guest", "two things are at one address of a guest")                    \
    AJ_DIAG_ID("plan-memory-near", "memory is in a node where its cell has no CPU")                \
    AJ_DIAG_ID("plan-memory-overlap", "memory is given away twice")                                \
    AJ_DIAG_ID("plan-memory-ram", "memory is placed where the board has no RAM to give")           \
    AJ_DIAG_ID("plan-pci", "the virtual PCI range is missing, misplaced or over something")        \
    AJ_DIAG_ID("plan-pick", "what was picked for a cell is not what it wants")                     \
    AJ_DIAG_ID("plan-place", "memory of the plan is not where a constraint places it")             \
    AJ_DIAG_ID("plan-route", "an interrupt fires elsewhere than a constraint routes it")           \
    AJ_DIAG_ID("plan-separate", "cells that a constraint separates share hardware")                \
    AJ_DIAG_ID("plan-vpci", "virtual interrupts of a cell do not exist, or are used by others")    \
    AJ_DIAG_ID("port-range", "ports of the board that there are not")                              \
    AJ_DIAG_ID("project-name", "the name of a project cannot be part of a file name")              \
    AJ_DIAG_ID("range", "a number outside the allowed range")                                      \
    AJ_DIAG_ID("realtime-deadline", "a deadline that is longer than the period")                   \
    AJ_DIAG_ID("region-guess", "flags that do not say whether a region is RAM or registers")       \
    AJ_DIAG_ID("region-incomplete", "a memory region without start or size is left out")           \
    AJ_DIAG_ID("region-size", "a console so large that it covers other devices")                   \
    AJ_DIAG_ID("region-unknown", "a constraint speaks of memory that its cell does not ask for")   \
    AJ_DIAG_ID("rewrite-form", "what was learned cannot be written into a cells.yml of this form") \
    AJ_DIAG_ID("route-cpu", "an interrupt is routed to none or several CPUs")                      \
    AJ_DIAG_ID("search-limit", "memory is too full of different requests to prove that no plan exists")\
    AJ_DIAG_ID("self-check", "a plan breaks the requirements it was made from: a bug of autojail") \
    AJ_DIAG_ID("snapshot-format", "a snapshot is neither a directory nor a tar archive")           \
    AJ_DIAG_ID("snapshot-hostile", "an archive has links or names that lead out of it, or is too large")\
    AJ_DIAG_ID("solver-bug", "the integer programming library failed or gave a wrong answer: a bug")\
    AJ_DIAG_ID("space-empty", "no decision is allowed by the requirements and what was learned")   \
    AJ_DIAG_ID("space-exhausted", "every class of decisions is measured")                          \
    AJ_DIAG_ID("ssh-host-key", "the key of an ssh server is not known or has changed")             \
    AJ_DIAG_ID("stability-gone", "a cell of the earlier plan is no more")                          \
    AJ_DIAG_ID("store", "the file of a study cannot be read or written")                           \
    AJ_DIAG_ID("store-claim", "a run ended that this process has not claimed")                     \
    AJ_DIAG_ID("store-damaged", "the file of a study is damaged: restore a copy or begin anew")    \
    AJ_DIAG_ID("store-format", "the file is no study, or one of another version of autojail")      \
    AJ_DIAG_ID("store-study", "the file has the runs of another study: board, requirements or exploration differ")\
    AJ_DIAG_ID("system-root", "a system has a header without a root cell, or the reverse")         \
    AJ_DIAG_ID("target-auth", "an ssh server refuses the login")                                   \
    AJ_DIAG_ID("target-collect", "the target did not send what was to be collected")               \
    AJ_DIAG_ID("target-connect", "a target cannot be reached")                                     \
    AJ_DIAG_ID("target-leftover", "something that was started on the target does not end")         \
    AJ_DIAG_ID("target-lost", "the link to a target broke during a command")                       \
    AJ_DIAG_ID("target-mode", "a target that exploration cannot use in the wanted way")            \
    AJ_DIAG_ID("target-odd", "the target is no Linux, or lacks what every Linux has")              \
    AJ_DIAG_ID("target-output", "a command on a target printed more than is wanted")               \
    AJ_DIAG_ID("target-put", "a file cannot be written on a target")                               \
    AJ_DIAG_ID("target-restore", "settings of the target that do not take the value they had before")\
    AJ_DIAG_ID("target-start", "a command on a target cannot be started")                          \
    AJ_DIAG_ID("target-sudo", "a command must run as root on a target, and cannot")                \
    AJ_DIAG_ID("target-timeout", "a target or a command there took too long, and was ended")       \
    AJ_DIAG_ID("test-kind", "a test that is not one of run and latency, or has the checks of the other")\
    AJ_DIAG_ID("test-metric", "a threshold that is none, or on a metric that the test does not have")\
    AJ_DIAG_ID("test-regex", "a text that is no POSIX extended regular expression")                \
    AJ_DIAG_ID("time-limit", "the time limit came before there was any plan")                      \
    AJ_DIAG_ID("type", "a list where a map is expected, and the like")                             \
    AJ_DIAG_ID("usage", "the command line is not understood")                                      \
    AJ_DIAG_ID("vpci-pins-shared", "more than 4 links of a cell share its virtual interrupt pins") \
    AJ_DIAG_ID("within-ram", "a constraint places memory where the board has none")                \
    AJ_DIAG_ID("yaml-alias", "an alias (*name) without its anchor (&name) before it")              \
    AJ_DIAG_ID("yaml-duplicate-key", "a key stands twice in one map")                              \
    AJ_DIAG_ID("yaml-empty", "the file has no content")                                            \
    AJ_DIAG_ID("yaml-key", "a key that is not a plain word")                                       \
    AJ_DIAG_ID("yaml-limit", "too deep, too many nodes or aliases: not a file of ours")            \
    AJ_DIAG_ID("yaml-second-document", "more than one YAML document in the file")                  \
    AJ_DIAG_ID("yaml-syntax", "the file is not YAML")                                              \
    AJ_DIAG_ID("yaml-tag", "a tag (!!str and the like), which means nothing here")
/* clang-format on */

#endif
