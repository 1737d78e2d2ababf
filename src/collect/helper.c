/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which helpers the running kernel has. */
#include <bpf/btf.h>
#include <stdio.h>
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
	return function_args(name) >= 0;
}

bool kernel_has_tracepoint(const char *name)
{
	return tracepoint_args(name) >= 0;
}

int tracepoint_args(const char *name)
{
	const struct btf *btf = libbpf_vmlinux_btf();
	const struct btf_type *type;
	char typedef_name[64];
	int id;

	snprintf(typedef_name, sizeof(typedef_name), "btf_trace_%s", name);
	id = btf ? btf__find_by_name_kind(btf, typedef_name, BTF_KIND_TYPEDEF) : 0;
	/* to a pointer to a function */
	type = id > 0 ? btf__type_by_id(btf, btf__type_by_id(btf, id)->type) : NULL;
	type = type && btf_is_ptr(type) ? btf__type_by_id(btf, type->type) : NULL;
	/* the first is whoever registered */
	return type && btf_is_func_proto(type) ? btf_vlen(type) - 1 : -1;
}

int function_args(const char *name)
{
	const struct btf *btf = libbpf_vmlinux_btf();
	int id = btf ? btf__find_by_name_kind(btf, name, BTF_KIND_FUNC) : 0;
	const struct btf_type *type = id > 0 ? btf__type_by_id(btf, btf__type_by_id(btf, id)->type) : NULL;

	return type ? btf_vlen(type) : -1;
}
