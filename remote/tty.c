/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Secrets that only a person at the terminal knows. */
#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include "remote/host_priv.h"

void host_wipe(char *secret, size_t size)
{
    volatile char *at = secret;
    while (size-- > 0)
        *at++ = '\0';
}

/* One line without its end. */
static bool read_answer(const struct aj_ctx *cx, int tty, char *answer, size_t size)
{
    size_t length = 0;
    for (;;) {
        struct pollfd ready = {.fd = tty, .events = POLLIN};
        char c;
        if (host_cancelled(cx))
            return false;
        if (poll(&ready, 1, HOST_STEP_MS) <= 0)
            continue;
        if (read(tty, &c, 1) != 1)
            return false;
        if (c == '\n') {
            answer[length] = '\0';
            return true;
        }
        if (length + 1 >= size)
            return false;
        answer[length++] = c;
    }
}

static void say(int tty, const char *text)
{
    /* A terminal that takes no text takes no answer either. */
    const ssize_t done = write(tty, text, strlen(text));
    (void)done;
}

bool host_ask(const struct aj_ctx *cx, const char *question, char *answer, size_t size)
{
    struct termios shown, hidden;
    const int tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (tty < 0)
        return false;
    bool asked = false;
    if (tcgetattr(tty, &shown) == 0) {
        hidden = shown;
        hidden.c_lflag &= ~(tcflag_t)ECHO;
        struct aj_buf line = {0};
        aj_buf_add_visible(&line, question);
        if (tcsetattr(tty, TCSAFLUSH, &hidden) == 0) {
            say(tty, aj_buf_text(&line));
            say(tty, " ");
            asked = read_answer(cx, tty, answer, size);
            say(tty, "\n");
            tcsetattr(tty, TCSAFLUSH, &shown);
        }
        aj_buf_free(&line);
    }
    close(tty);
    return asked;
}
