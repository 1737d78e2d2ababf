/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which helpers the running kernel has. */
#include <bpf/btf.h>
#include <string.h>

#include "helper.h"
#include "libbpf_log.h"

bool kernel_has_helper(int helper)
{
	const struct btf *btf = libbpf_vmlinux_btf();
	int id = btf ? btf__find_by_name_kind(btf, "bpf_func_id", BTF_KIND_ENUM) : 0;
	const struct btf_type *type = id > 0 ? btf__type_by_id(btf, id) : NULL;

	/* numbers are given out in order, and never anew */
	for (int i = 0; type && i < btf_vlen(type); i++)
		if (!strcmp(btf__name_by_offset(btf, btf_enum(type)[i].name_off), "__BPF_FUNC_MAX_ID"))
			return helper < btf_enum(type)[i].val;
	return true;
}

bool kernel_has_function(const char *name)
{
	const struct btf *btf = libbpf_vmlinux_btf();

	return btf && btf__find_by_name_kind(btf, name, BTF_KIND_FUNC) > 0;
}
