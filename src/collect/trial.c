/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What kernels refuse although they know it: some when it is loaded, others when it is attached. */
#include "trial.h"

#include <bpf/btf.h>
#include <errno.h>
#include <unistd.h>

#include "libbpf_log.h"

int function_trial(const char *function, enum bpf_attach_type type)
{
	static const struct bpf_insn nothing[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	const struct btf *btf = libbpf_vmlinux_btf();
	int id = btf ? btf__find_by_name_kind(btf, function, BTF_KIND_FUNC) : -ENOENT;
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = type,
		    .attach_btf_id = (uint32_t)id);
	int program, link, r;

	if (id <= 0)
		return -ENOENT;
	program = bpf_prog_load(BPF_PROG_TYPE_TRACING, "trial", "GPL", nothing, 2, &opts);
	if (program < 0)
		return -errno;
	link = bpf_raw_tracepoint_open(NULL, program);
	r = link < 0 ? -errno : 0;
	if (link >= 0)
		close(link);
	close(program);
	return r;
}
