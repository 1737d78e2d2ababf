/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the hooks cost by themselves: one program that does nothing, for the hook that empty.c names. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

SEC("tp_btf")
int nothing(void *ctx)
{
	return 0;
}
