/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lives 2 ms and makes 7 getppid calls and one read of 100 bytes from /dev/zero meanwhile. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
	char buf[100];
	int fd = open("/dev/zero", O_RDONLY);

	for (int i = 0; i < 7; i++)
		syscall(SYS_getppid);
	if (read(fd, buf, sizeof(buf)) != sizeof(buf))
		return 1;
	usleep(1500);
	return 0;
}
