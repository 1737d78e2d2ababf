/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sys.bpf.c for kernels where programs may follow any pointer (6.2): from a descriptor to its file costs
 * a quarter of what it costs with bpf_probe_read_kernel.  An object of its own, as where the kernel has no
 * such function, an object that only mentions it does not load without CAP_SYS_ADMIN.
 */
#define TYPED
#include "sys.bpf.c"
