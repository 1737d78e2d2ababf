/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* wcwidth */
#define NCURSES_WIDECHAR 1
#include "ui/terminal.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "core/mem.h"
#include "ui/wire.h"
#include "ui/rescue.h"
#include "ui/terminal_color.h"

#define ESC_DELAY_MS 25 /* how long a lone Esc waits for the rest of a sequence */
#define TWICE_MS 400	/* between the clicks of a double click */
#define FINISH_MS 500	/* for the last bytes, where nobody reads them */
/* Marks around what is pasted; and no turning round of right-to-left text, which would take the
 * numbers beside it along.  Terminals that know of neither ignore them. */
#define EXTRAS_ON "\033[?2004h\033[8l"
#define EXTRAS_OFF "\033[?2004l\033[8h"

/* Codes beyond those of curses. */
enum { KEY_PASTE_BEGIN = KEY_MAX + 1, KEY_PASTE_END };

struct terminal {
	SCREEN *screen;
	struct wire *wire;
	struct termios modes, modes_before; /* curses cannot set them: it writes to memory */
	bool extras; /* it knows private sequences, or ignores them */
	bool pasting;
	int click_x, click_y;
	int64_t click_ms;     /* of the last click; long ago at first */
	WINDOW *input;	      /* a pad: reading from it paints nothing */
	struct cell *painted; /* what is on the terminal; NULL: not known */
	int width, height;
	attr_t attrs[ROLE_COUNT];
	short pairs[ROLE_COUNT];
};

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && *value;
}

bool terminal_locale(void)
{
	/* A shell without any locale (ssh, sudo, cron) still runs in a terminal of today. */
	if (!is_set("LC_ALL") && !is_set("LC_CTYPE") && !is_set("LANG"))
		setlocale(LC_CTYPE, "C.UTF-8");
	else if (!setlocale(LC_CTYPE, ""))
		setlocale(LC_CTYPE, "C.UTF-8");
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

int terminal_check(char *error, size_t size)
{
	const char *term = getenv("TERM");
	int why;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		snprintf(error, size, "%s is not a terminal; -b prints without one",
			 isatty(STDOUT_FILENO) ? "stdin" : "stdout");
		return -ENOTTY;
	}
	if (!term || !*term) {
		snprintf(error, size, "TERM is not set; try TERM=xterm, or -b");
		return -EINVAL;
	}
	if (setupterm(NULL, STDOUT_FILENO, &why) == OK && why == 1 && cursor_address)
		return 0;
	snprintf(error, size, "terminal type '%s' is %s; try TERM=xterm, or -b", term,
		 why == 0 ? "not known" : "not able to move its cursor");
	return -EINVAL;
}

/* What undoes all that curses and we switch on. */
static void rescue_prepare(void)
{
	rescue_add(tigetstr("sgr0"));
	rescue_add(tigetstr("op"));
	rescue_add(tigetstr("cnorm"));
	rescue_add(tigetstr("rmkx"));
	if (key_mouse)
		rescue_add("\033[?1006l\033[?1000l" EXTRAS_OFF);
	rescue_add(tigetstr("rmcup"));
	rescue_add("\r");
}

/* Sequences that terminals of the same name send for the same key: Home and End of putty, F1 to F4
 * of the console, the keypad. */
static void keys_define(void)
{
	static const struct {
		const char *sequence;
		int key;
	} keys[] = {
		{ "\033[1~", KEY_HOME },
		{ "\033[7~", KEY_HOME },
		{ "\033[H", KEY_HOME },
		{ "\033OH", KEY_HOME },
		{ "\033[4~", KEY_END },
		{ "\033[8~", KEY_END },
		{ "\033[F", KEY_END },
		{ "\033OF", KEY_END },
		{ "\033[A", KEY_UP },
		{ "\033OA", KEY_UP },
		{ "\033[B", KEY_DOWN },
		{ "\033OB", KEY_DOWN },
		{ "\033[C", KEY_RIGHT },
		{ "\033OC", KEY_RIGHT },
		{ "\033[D", KEY_LEFT },
		{ "\033OD", KEY_LEFT },
		{ "\033[5~", KEY_PPAGE },
		{ "\033[6~", KEY_NPAGE },
		{ "\033[3~", KEY_DC },
		{ "\033[Z", KEY_BTAB },
		{ "\033OM", KEY_ENTER },
		{ "\033[11~", KEY_F(1) },
		{ "\033[12~", KEY_F(2) },
		{ "\033[13~", KEY_F(3) },
		{ "\033[14~", KEY_F(4) },
		{ "\033[15~", KEY_F(5) },
		{ "\033[17~", KEY_F(6) },
		{ "\033[18~", KEY_F(7) },
		{ "\033[19~", KEY_F(8) },
		{ "\033[20~", KEY_F(9) },
		{ "\033[21~", KEY_F(10) },
		{ "\033OP", KEY_F(1) },
		{ "\033OQ", KEY_F(2) },
		{ "\033OR", KEY_F(3) },
		{ "\033OS", KEY_F(4) },
		{ "\033[[A", KEY_F(1) },
		{ "\033[[B", KEY_F(2) },
		{ "\033[[C", KEY_F(3) },
		{ "\033[[D", KEY_F(4) },
		{ "\033[[E", KEY_F(5) },
		{ "\033[200~", KEY_PASTE_BEGIN },
		{ "\033[201~", KEY_PASTE_END },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (!key_defined(keys[i].sequence))
			define_key(keys[i].sequence, keys[i].key);
}

static void input_prepare(struct terminal *t)
{
	set_escdelay(ESC_DELAY_MS);
	t->input = mem_check(newpad(1, 1));
	keypad(t->input, TRUE);
	nodelay(t->input, TRUE);
	keys_define();
	mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	mouseinterval(0);
}

/* What curses is not asked for: it knows of no such thing. */
static void extras_switch(const struct terminal *t, bool on)
{
	if (t->extras)
		wire_put(t->wire, on ? EXTRAS_ON : EXTRAS_OFF);
}

/* The event loop takes it in.  But a handler must be there before curses comes: else curses ignores the
 * signal whenever it paints, which forgets a ^Z that was pressed since the loop last looked. */
static void on_stop(int sig)
{
	(void)sig;
}

/* Takes the terminal over as long as curses still has it, then curses gets memory. */
static int curses_start(struct terminal *t)
{
	/* the size is that of the window, whatever LINES and COLUMNS say */
	use_env(FALSE);
	use_tioctl(TRUE);
	/* on the console curses would read the mouse from a descriptor that nobody polls */
	setenv("NCURSES_GPM_TERMS", "none", 1);
	signal(SIGTSTP, on_stop);
	t->screen = terminal_open_direct(wire_file(t->wire));
	if (!t->screen)
		t->screen = newterm(NULL, wire_file(t->wire), stdin);
	if (!t->screen)
		return -EIO;
	rescue_prepare();
	t->extras = key_mouse && *key_mouse;
	cbreak();
	noecho();
	nonl();
	typeahead(-1); /* a frame is painted whole */
	tcgetattr(STDOUT_FILENO, &t->modes);
	return wire_divert(t->wire);
}

static void terminal_free(struct terminal *t)
{
	if (t->screen)
		delscreen(t->screen);
	wire_close(t->wire);
	free(t->painted);
	free(t);
}

int terminal_open(struct terminal **ret, const struct theme *theme, char *error, size_t size)
{
	struct terminal *t = xcalloc(1, sizeof(*t));
	int r;

	t->click_ms = -TWICE_MS - 1;
	rescue_arm(STDOUT_FILENO);
	tcgetattr(STDOUT_FILENO, &t->modes_before);
	r = wire_open(&t->wire, STDOUT_FILENO);
	if (!r)
		r = curses_start(t);
	if (r) {
		rescue_now();
		rescue_disarm();
		terminal_free(t);
		snprintf(error, size, "the terminal cannot be used; -b prints without one");
		return r;
	}
	curs_set(0);
	input_prepare(t);
	extras_switch(t, true);
	terminal_styles(theme, t->attrs, t->pairs);
	bkgdset(' ' | (chtype)COLOR_PAIR(t->pairs[ROLE_TEXT]));
	terminal_resize(t);
	*ret = t;
	return 0;
}

/* The terminal as it was before, as far as it listens. */
static void terminal_restore(struct terminal *t)
{
	extras_switch(t, false);
	endwin();
	wire_finish(t->wire, FINISH_MS);
	tcsetattr(STDOUT_FILENO, TCSANOW, &t->modes_before);
}

void terminal_close(struct terminal *t)
{
	if (!t)
		return;
	delwin(t->input);
	terminal_restore(t);
	rescue_disarm();
	terminal_free(t);
}

int terminal_send(struct terminal *t)
{
	return wire_send(t->wire);
}

int terminal_out_fd(const struct terminal *t)
{
	return wire_fd(t->wire);
}

void terminal_size(struct terminal *t, int *width, int *height)
{
	*width = t->width;
	*height = t->height;
}

void terminal_resize(struct terminal *t)
{
	struct winsize size;

	/* some pseudo terminals do not know their size: 0 x 0 */
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col &&
	    (size.ws_row != LINES || size.ws_col != COLS) &&
	    resizeterm(size.ws_row, size.ws_col) != OK)
		mem_check(NULL); /* curses has windows of both sizes now */
	t->width = COLS;
	t->height = LINES;
	terminal_forget(t);
}

void terminal_theme(struct terminal *t, const struct theme *theme)
{
	terminal_styles(theme, t->attrs, t->pairs);
	bkgdset(' ' | (chtype)COLOR_PAIR(t->pairs[ROLE_TEXT]));
	terminal_forget(t);
}

void terminal_forget(struct terminal *t)
{
	free(t->painted);
	t->painted = NULL;
}

/* The cell as curses wants it.  Where the C library thinks otherwise of a character's width than
 * we do, it would move the rest of the line: that character is not drawn. */
static void cell_paint(struct terminal *t, int y, int x, const struct cell *c)
{
	wchar_t text[CCHARW_MAX + 1] = { 0 };
	mbstate_t state = { 0 };
	const char *p = c->text;
	cchar_t out;
	int n = 0, width;

	while (*p && n < CCHARW_MAX) {
		size_t used = mbrtowc(&text[n], p, sizeof(c->text) - (size_t)(p - c->text), &state);

		if (used == (size_t)-1 || used == (size_t)-2 || !used || (n && wcwidth(text[n])))
			break;
		p += used;
		n++;
	}
	width = n ? wcwidth(text[0]) : -1;
	text[n] = L'\0';
	if (width != c->width) {
		text[0] = L'?';
		text[1] = L'\0';
	}
	setcchar(&out, text, t->attrs[c->role], t->pairs[c->role], NULL);
	mvadd_wch(y, x, &out);
	if (width != c->width && c->width == 2)
		mvadd_wch(y, x + 1, &out);
}

static void cells_paint(struct terminal *t, const struct screen *s)
{
	size_t n = (size_t)s->width * s->height;
	bool all = !t->painted;

	if (all) {
		t->painted = xcalloc(n, sizeof(*t->painted));
		erase();
		clearok(curscr, TRUE);
	}
	for (int y = 0; y < s->height; y++)
		for (int x = 0; x < s->width; x++) {
			const struct cell *c = screen_cell(s, y, x);

			if (c->width &&
			    (all || memcmp(c, &t->painted[y * s->width + x], sizeof(*c))))
				cell_paint(t, y, x, c);
		}
	memcpy(t->painted, s->cells, n * sizeof(*t->painted));
}

void terminal_paint(struct terminal *t, const struct screen *s)
{
	if (s->width > t->width || s->height > t->height)
		return;
	cells_paint(t, s);
	if (s->cursor_y >= 0)
		move(s->cursor_y, s->cursor_x < s->width ? s->cursor_x : s->width - 1);
	curs_set(s->cursor_y >= 0);
	refresh();
}

static int key_translate(int code)
{
	static const struct {
		int curses, ours;
	} keys[] = {
		{ KEY_UP, K_UP },	{ KEY_DOWN, K_DOWN },	  { KEY_LEFT, K_LEFT },
		{ KEY_RIGHT, K_RIGHT }, { KEY_PPAGE, K_PAGE_UP }, { KEY_NPAGE, K_PAGE_DOWN },
		{ KEY_HOME, K_HOME },	{ KEY_END, K_END },	  { KEY_BACKSPACE, K_BACKSPACE },
		{ KEY_DC, K_DELETE },	{ KEY_BTAB, K_BACKTAB },  { KEY_ENTER, K_ENTER },
		{ KEY_FIND, K_HOME },	{ KEY_SELECT, K_END },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i].curses == code)
			return keys[i].ours;
	if (code >= KEY_F(1) && code <= KEY_F(12))
		return K_F1 + code - KEY_F(1);
	return 0;
}

/* A second click at the place of the first, soon after it; the third is a first one again. */
static bool is_twice(struct terminal *t, int x, int y)
{
	struct timespec now;
	int64_t ms;
	bool twice;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	twice = t->click_x == x && t->click_y == y && ms - t->click_ms <= TWICE_MS;
	t->click_x = x;
	t->click_y = y;
	t->click_ms = twice ? ms - TWICE_MS - 1 : ms;
	return twice;
}

static int mouse_read(struct terminal *t, struct key_event *ret)
{
	MEVENT e;

	if (getmouse(&e) != OK)
		return 0;
	ret->x = e.x;
	ret->y = e.y;
	ret->twice = e.bstate & BUTTON1_PRESSED && is_twice(t, e.x, e.y);
	return e.bstate & BUTTON4_PRESSED   ? K_WHEEL_UP
	       : e.bstate & BUTTON5_PRESSED ? K_WHEEL_DOWN
	       : e.bstate & BUTTON1_PRESSED ? K_CLICK
					    : 0;
}

/* Nothing to read although something was reported: the other end has gone. */
static int input_gone(void)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&p, 1, 0) > 0 && p.revents & (POLLHUP | POLLERR | POLLNVAL);
}

int terminal_key(struct terminal *t, struct key_event *ret)
{
	wint_t code;
	int r;

	*ret = (struct key_event){ 0 };
	while (!ret->code) {
		r = wget_wch(t->input, &code);
		if (r == ERR)
			return input_gone() ? -EIO : 0;
		if (r == KEY_CODE_YES && (code == KEY_PASTE_BEGIN || code == KEY_PASTE_END))
			t->pasting = code == KEY_PASTE_BEGIN;
		else if (r == KEY_CODE_YES)
			ret->code =
				code == KEY_MOUSE ? mouse_read(t, ret) : key_translate((int)code);
		else
			ret->code = code == '\r'		   ? K_ENTER
				    : code == 0x7f || code == '\b' ? K_BACKSPACE
								   : (int)code;
	}
	ret->pasted = t->pasting;
	return 1;
}

void terminal_leave(struct terminal *t)
{
	terminal_restore(t);
	rescue_hold(1);
}

void terminal_enter(struct terminal *t)
{
	rescue_hold(0);
	/* whoever was here meanwhile may have changed the modes */
	tcsetattr(STDOUT_FILENO, TCSANOW, &t->modes);
	terminal_resize(t);
	refresh();
	extras_switch(t, true);
}
