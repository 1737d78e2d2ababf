/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Objects that are built in twice: which one, and what is set in it before it is loaded. */
#include <bpf/btf.h>
#include <errno.h>
#include <string.h>

#include "family.h"
#include "helper.h"

void *object_constant(const struct family_object *o, const char *name)
{
	const struct bpf_map *map = bpf_object__find_map_by_name(o->object, ".rodata");
	const struct btf *btf = bpf_object__btf(o->object);
	int id = btf ? btf__find_by_name_kind(btf, ".rodata", BTF_KIND_DATASEC) : 0;
	const struct btf_type *section = id > 0 ? btf__type_by_id(btf, id) : NULL;
	size_t size;
	const uint8_t *values = map ? bpf_map__initial_value((struct bpf_map *)map, &size) : NULL;

	for (int i = 0; values && section && i < btf_vlen(section); i++) {
		const struct btf_var_secinfo *var = &btf_var_secinfos(section)[i];
		const struct btf_type *type = btf__type_by_id(btf, var->type);

		if (!strcmp(btf__name_by_offset(btf, type->name_off), name))
			return (void *)(values + var->offset);
	}
	return NULL;
}

bool image_is_basic(const struct family_object *o)
{
	return o->image && o->image->name && !strcmp(o->image->name, "basic");
}

static int build_open(struct family_object *o, const struct image *image,
		      void (*prepare)(struct family_object *o, struct family_context *ctx),
		      const char *optional, struct family_context *ctx)
{
	size_t size;
	const void *bytes = image->bytes(&size);

	o->object = bpf_object__open_mem(bytes, size, NULL);
	if (!o->object) {
		snprintf(ctx->why, sizeof(ctx->why), "it cannot be opened: %s", strerror(errno));
		return -errno;
	}
	o->image = image;
	prepare(o, ctx);
	return object_open(o, o->object, optional, ctx);
}

/* The verifier found something that no list of helpers tells, or too much to look at. */
static bool was_refused(int r)
{
	return r == -EINVAL || r == -EACCES || r == -E2BIG;
}

int image_open(struct family_object *o, const struct image *images, size_t n,
	       void (*prepare)(struct family_object *o, struct family_context *ctx), const char *optional,
	       struct family_context *ctx)
{
	int r = -EINVAL;

	memset(o, 0, sizeof(*o));
	for (size_t i = 0; i < n && was_refused(r); i++) {
		bool last = i == n - 1;
		const char *unfit;

		if (!last && ctx->basic) {
			snprintf(o->why, sizeof(o->why), "asked for");
		} else if (!last && !kernel_has_helper(images[i].helper)) {
			snprintf(o->why, sizeof(o->why), "this kernel has no %s", images[i].helper_name);
		} else if (images[i].function && !kernel_has_function(images[i].function)) {
			snprintf(o->why, sizeof(o->why), "this kernel has no %s", images[i].function);
		} else if (images[i].unfit && (unfit = images[i].unfit(ctx))) {
			snprintf(o->why, sizeof(o->why), "%s", unfit);
		} else {
			r = build_open(o, &images[i], prepare, optional, ctx);
			if (!was_refused(r) || last)
				break;
			memcpy(o->why, ctx->why, sizeof(o->why));
			object_close(o);
		}
	}
	return r;
}
