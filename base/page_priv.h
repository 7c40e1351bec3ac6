/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The look of pages, which the build makes of page.css.
 */
#ifndef BASE_PAGE_PRIV_H
#define BASE_PAGE_PRIV_H

#include "base/fs.h"

extern const struct aj_bytes aj_page_css;

#endif
