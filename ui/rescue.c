/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/rescue.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "core/mem.h"

#define ALT_STACK 65536

/* All that ends a process by default and is not taken in by the event loop. */
static const int fatal[] = { SIGSEGV,	SIGABRT, SIGBUS,  SIGFPE,  SIGILL,  SIGTRAP,
			     SIGSYS,	SIGQUIT, SIGPIPE, SIGALRM, SIGUSR1, SIGUSR2,
			     SIGVTALRM, SIGPROF, SIGXCPU, SIGXFSZ };
#define FATAL_COUNT (sizeof(fatal) / sizeof(fatal[0]))

/* A signal handler gets no argument of ours: this has to be static. */
static struct {
	volatile sig_atomic_t armed;
	int fd;
	struct termios modes;
	char sequence[256];
	size_t length;
	struct sigaction before[FATAL_COUNT];
	void *stack;
} rescue;

void rescue_now(void)
{
	ssize_t n;

	if (!rescue.armed)
		return;
	rescue.armed = 0;
	/* from the background tcsetattr would stop us instead */
	signal(SIGTTOU, SIG_IGN);
	/* held by ^S it would not take a byte */
	tcflow(rescue.fd, TCOON);
	n = write(rescue.fd, rescue.sequence, rescue.length);
	(void)n;
	tcsetattr(rescue.fd, TCSANOW, &rescue.modes);
}

static void on_fatal(int sig)
{
	rescue_now();
	/* SA_RESETHAND has put the default back; a fault comes again by itself, the rest by this */
	raise(sig);
}

void rescue_arm(int fd)
{
	static int hooked;
	struct sigaction action = { .sa_handler = on_fatal, .sa_flags = SA_RESETHAND | SA_ONSTACK };

	if (tcgetattr(fd, &rescue.modes))
		return;
	/* a stack that has overflown cannot run the handler */
	rescue.stack = xmalloc(ALT_STACK);
	sigaltstack(&(stack_t){ .ss_sp = rescue.stack, .ss_size = ALT_STACK }, NULL);
	rescue.fd = fd;
	rescue.length = 0;
	rescue.armed = 1;
	for (size_t i = 0; i < FATAL_COUNT; i++) {
		sigaction(fatal[i], NULL, &rescue.before[i]);
		if (rescue.before[i].sa_handler != SIG_IGN)
			sigaction(fatal[i], &action, NULL);
	}
	if (!hooked)
		atexit(rescue_now);
	hooked = 1;
	mem_set_exit_hook(rescue_now);
}

void rescue_add(const char *sequence)
{
	/* terminfo says "not a string capability" with (char *)-1 */
	if (!sequence || sequence == (const char *)-1)
		return;
	while (*sequence && rescue.length < sizeof(rescue.sequence)) {
		if (sequence[0] == '$' && sequence[1] == '<' && strchr(sequence, '>'))
			sequence = strchr(sequence, '>') + 1;
		else
			rescue.sequence[rescue.length++] = *sequence++;
	}
}

void rescue_hold(int hold)
{
	rescue.armed = !hold;
}

void rescue_disarm(void)
{
	rescue.armed = 0;
	mem_set_exit_hook(NULL);
	for (size_t i = 0; i < FATAL_COUNT; i++)
		sigaction(fatal[i], &rescue.before[i], NULL);
	if (!rescue.stack)
		return;
	sigaltstack(&(stack_t){ .ss_flags = SS_DISABLE }, NULL);
	free(rescue.stack);
	rescue.stack = NULL;
}
