/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What kernels refuse although they know it: some when it is loaded, others when it is attached. */
#include "trial.h"

#include <bpf/btf.h>
#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper.h"
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

#define CALL(helper) { .code = BPF_JMP | BPF_CALL, .imm = (helper) }
/* A number of 64 bits, in two instructions. */
#define LOAD(reg, kind, number)                                                                    \
	{ .code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = (reg), .src_reg = (kind), .imm = (number) }, { 0 }

/* Puts 1 + the CPU's variable into the map when any thread comes by.  A descriptor, or negative errno. */
static int reader_load(int variable, int map)
{
	const struct bpf_insn insns[] = {
		LOAD(BPF_REG_1, BPF_PSEUDO_BTF_ID, variable),
		CALL(BPF_FUNC_this_cpu_ptr),
		{ .code = BPF_LDX | BPF_W | BPF_MEM, .dst_reg = BPF_REG_1, .src_reg = BPF_REG_0 },
		{ .code = BPF_ALU | BPF_ADD | BPF_K, .dst_reg = BPF_REG_1, .imm = 1 },
		LOAD(BPF_REG_2, BPF_PSEUDO_MAP_VALUE, map),
		{ .code = BPF_STX | BPF_W | BPF_MEM, .dst_reg = BPF_REG_2, .src_reg = BPF_REG_1 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int hook = btf__find_by_name_kind(libbpf_vmlinux_btf(), "btf_trace_sys_enter", BTF_KIND_TYPEDEF);
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_RAW_TP,
		    .attach_btf_id = (uint32_t)hook);
	int r = bpf_prog_load(BPF_PROG_TYPE_TRACING, "trial", "GPL", insns, sizeof(insns) / sizeof(*insns),
			      &opts);

	return r < 0 ? -errno : r;
}

/* What the program has read; 0: nothing. */
static uint32_t reader_run(int program, int map)
{
	int link = bpf_raw_tracepoint_open(NULL, program);
	uint32_t zero = 0, value = 0;

	if (link < 0)
		return 0;
	syscall(SYS_getppid);
	bpf_map_lookup_elem(map, &zero, &value);
	close(link);
	return value;
}

bool typed_loses_cpu(void)
{
	const struct btf *btf = libbpf_vmlinux_btf();
	int variable = btf ? btf__find_by_name_kind(btf, "__preempt_count", BTF_KIND_VAR) : -ENOENT;
	uint32_t value = 0;
	int map, program;

	/* without this function it takes the CPU nowhere in the kernel, and does not count */
	if (variable <= 0 || !kernel_has_function("preempt_schedule"))
		return false;
	map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "trial", sizeof(value), sizeof(value), 1, NULL);
	program = map < 0 ? -1 : reader_load(variable, map);
	if (program >= 0) {
		value = reader_run(program, map);
		close(program);
	}
	if (map >= 0)
		close(map);
	/* the highest bit of the count says that no other thread waits */
	return (value & INT32_MAX) == 1;
}
