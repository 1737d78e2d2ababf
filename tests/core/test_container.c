/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "core/container.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID2 "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define SHORT "0123456789ab"
#define UID "9b0c4d1e-5f60-4a7b-8c9d-0e1f2a3b4c5d"
#define UID_SYSTEMD "9b0c4d1e_5f60_4a7b_8c9d_0e1f2a3b4c5d"
#define UID_STATIC "9b0c4d1e5f604a7b8c9d0e1f2a3b4c5d"

struct shape {
	const char *path, *name;
};

static void names_check(const struct shape *s)
{
	for (; s->path; s++) {
		char buf[CONTAINER_NAME_MAX];
		size_t len = container_name(buf, sizeof(buf), s->path);

		cr_expect_str_eq(buf, s->name, "%s: %s, not %s", s->path, buf, s->name);
		cr_expect_eq(len, strlen(s->name), "%s: %zu bytes", s->path, len);
	}
}

Test(container, engines)
{
	static const struct shape shapes[] = {
		{ "/docker/" ID, "docker:" SHORT },
		{ "/system.slice/docker-" ID ".scope", "docker:" SHORT },
		{ "/user.slice/user-1000.slice/user@1000.service/user.slice/docker-" ID ".scope",
		  "docker:" SHORT },
		{ "/machine.slice/libpod-" ID ".scope", "podman:" SHORT },
		{ "/machine.slice/libpod-" ID ".scope/container", "podman:" SHORT },
		{ "/machine.slice/machine-libpod_pod_" ID2 ".slice/libpod-" ID ".scope",
		  "podman:" SHORT },
		{ "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID ".scope",
		  "podman:" SHORT },
		{ "/libpod_parent/libpod-" ID, "podman:" SHORT },
		{ "/system.slice/web.service/libpod-payload-" ID, "podman:" SHORT },
		{ "/machine.slice/libpod-conmon-" ID ".scope", "conmon:" SHORT },
		{ "/libpod_parent/conmon", "" },
		{ "/system.slice/nerdctl-" ID ".scope", "nerdctl:" SHORT },
		{ "/system.slice/cri-containerd-" ID ".scope", "containerd:" SHORT },
		{ "/default/" ID, "container:" SHORT },
		{ "/system.slice:docker:" ID, "docker:" SHORT },
		{ "/docker/" ID "/docker/" ID2, "docker:fedcba987654" },
		{ "/docker/" ID "/system.slice/nginx.service", "docker:" SHORT },
		{ NULL },
	};

	names_check(shapes);
}

Test(container, pods)
{
	static const struct shape shapes[] = {
		{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UID_SYSTEMD
		  ".slice/cri-containerd-" ID ".scope", "pod:9b0c4d1e/" SHORT },
		{ "/kubepods.slice/kubepods-pod" UID_SYSTEMD ".slice/crio-" ID ".scope",
		  "pod:9b0c4d1e/" SHORT },
		{ "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" UID_SYSTEMD
		  ".slice/docker-" ID ".scope", "pod:9b0c4d1e/" SHORT },
		{ "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod" UID_SYSTEMD
		  ".slice/cri-containerd-" ID ".scope", "pod:9b0c4d1e/" SHORT },
		{ "/kubepods/burstable/pod" UID "/" ID, "pod:9b0c4d1e/" SHORT },
		{ "/kubepods/pod" UID_STATIC "/" ID, "pod:9b0c4d1e/" SHORT },
		{ "/kubepods/besteffort/pod" UID "/crio-" ID, "pod:9b0c4d1e/" SHORT },
		{ "/system.slice/containerd.service/kubepods-burstable-pod" UID_SYSTEMD
		  ".slice:cri-containerd:" ID, "pod:9b0c4d1e/" SHORT },
		{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UID_SYSTEMD
		  ".slice", "pod:9b0c4d1e" },
		{ "/kubepods/pod" UID, "pod:9b0c4d1e" },
		{ "/kubepods.slice/kubepods-pod" UID_SYSTEMD ".slice/crio-conmon-" ID ".scope",
		  "pod:9b0c4d1e" },
		{ "/docker/" ID "/kubelet/kubepods/burstable/pod" UID "/" ID2,
		  "pod:9b0c4d1e/fedcba987654" },
		{ "/kubepods/pod" UID "/" ID "/docker/" ID2, "docker:fedcba987654" },
		{ "/kubepods.slice/kubepods-burstable.slice", "" },
		{ "/user.slice/podcast.slice", "" },
		{ "/podman", "" },
		{ NULL },
	};

	names_check(shapes);
}

Test(container, machines)
{
	static const struct shape shapes[] = {
		{ "/lxc.payload.web", "lxc:web" },
		{ "/lxc.payload.web/system.slice/nginx.service", "lxc:web" },
		{ "/lxc.payload/web/init.scope", "lxc:web" },
		{ "/lxc/101/ns", "lxc:101" },
		{ "/lxc", "" },
		{ "/lxc.payload.", "" },
		{ "/lxc.monitor.web", "lxc-monitor:web" },
		{ "/lxc.monitor/101", "lxc-monitor:101" },
		{ "/machine.slice/machine-deb\\x2d12.scope", "machine:deb-12" },
		{ "/machine.slice/systemd-nspawn@build.service/payload", "machine:build" },
		{ "/lxc.payload.web/docker/" ID, "docker:" SHORT },
		{ NULL },
	};

	names_check(shapes);
}

Test(container, units)
{
	static const struct shape shapes[] = {
		{ "/", "" },
		{ "", "" },
		{ "/system.slice", "" },
		{ "/init.scope", "init.scope" },
		{ "/system.slice/nginx.service", "nginx.service" },
		{ "/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service" },
		{ "/user.slice/user-1000.slice/session-3.scope", "session-3.scope" },
		{ "/user.slice/user-1000.slice/user@1000.service/app.slice/foo.service",
		  "foo.service" },
		{ "/user.slice/user-1000.slice/user@1000.service/init.scope",
		  "user@1000.service" },
		{ "/user.slice/user-1000.slice/user@1000.service/app.slice/app-a\\x2db@1.service",
		  "app-a-b@1.service" },
		{ "/user.slice/user-0.slice/user@0.service/app.slice/dbus-:1.2-org.x.Y@0.service",
		  "dbus-:1.2-org.x.Y@0.service" },
		{ "/system.slice/docker.service", "docker.service" },
		{ "/system.slice/systemd-udevd.service/udev", "systemd-udevd.service" },
		{ "/system.slice/_cpu.service", "cpu.service" },
		{ "/dev-hugepages.mount", "dev-hugepages.mount" },
		{ "/system.slice/cockpit.socket", "cockpit.socket" },
		{ "...ervices/cut.slice/nginx.service", "nginx.service" },
		{ "/system.slice/.service", "" },
		{ "/a\\x00.service", "a\\x00.service" },
		{ "/a\\x1b.service", "a\x1b.service" },
		{ "/a\\x2", "" },
		{ "/system.slice/docker-0123.scope", "docker-0123.scope" },
		{ "/docker/buildx", "" },
		{ "/" ID "0", "" },
		{ NULL },
	};

	names_check(shapes);
}

Test(container, names_that_are_too_long_are_cut)
{
	char path[600] = "/lxc.payload.", buf[20], all[CONTAINER_NAME_MAX];

	memset(path + strlen(path), 'x', 400);
	cr_assert_eq(container_name(buf, sizeof(buf), path), sizeof(buf) - 1);
	cr_assert_str_eq(buf, "lxc:xxxxxxxxxxxxxxx");
	cr_assert_eq(container_name(all, sizeof(all), path), sizeof(all) - 1);
}
