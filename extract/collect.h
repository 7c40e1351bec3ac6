/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Snapshots of live machines: taken in one round trip, looked at, and kept.
 */
#ifndef EXTRACT_COLLECT_H
#define EXTRACT_COLLECT_H

#include "remote/host.h"
#include "remote/remote.h"

/*
 * Takes a snapshot of a live target by the script extract/collect.sh, as root if that is possible
 * there; if not, with a warning "extract-partial". Fails as remote_host_run and remote_open_archive
 * do, and with AJ_ERR_TARGET "target-collect" when the script does.
 */
AJ_NODISCARD enum aj_status extract_collect(struct aj_ctx *cx, struct remote_host *host,
                                            struct remote **remote);

/*
 * Keeps a snapshot: as an archive where `path` ends in .tar.gz or .tgz, else as a directory. The
 * text of links is in files NAME.link. What identifies the machine is blanked in the boot loader's
 * device tree, too. Equal snapshots give equal bytes. Fails with AJ_ERR_IO "file-write", and with
 * AJ_ERR_INPUT "snapshot-hostile" for directories that do not end.
 */
AJ_NODISCARD enum aj_status extract_record(struct aj_ctx *cx, struct remote *remote,
                                           const char *path);

#endif
