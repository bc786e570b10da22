#include "cli/interrupt.h"

#include <errno.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

enum { AGAIN_MS = 20 };

static void (*volatile cancel_function)(void *);
static void *volatile cancel_target;
static volatile sig_atomic_t caught;
static timer_t again_timer;
static volatile sig_atomic_t has_timer;

static void
end_by(int number)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, number);
    sigaction(number, &action, NULL);
    raise(number);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    _exit(128 + number);
}

/*
 * The timer rings once and is wound up again only after the call, so that the
 * program gets on even where a call takes longer than the pause.
 */
static void
cancel_and_again(void)
{
    const struct itimerspec pause = {.it_value.tv_nsec = AGAIN_MS * 1000000L};

    if (cancel_function == NULL)
        return;
    cancel_function(cancel_target);
    if (has_timer)
        timer_settime(again_timer, 0, &pause, NULL);
}

static void
on_signal(int number)
{
    int saved = errno;

    if (number != SIGALRM) {
        if (caught || cancel_function == NULL)
            end_by(number);
        caught = number;
    }
    if (caught)
        cancel_and_again();
    errno = saved;
}

static void
on_broken_pipe(int number)
{
    (void)number;
}

static void
install(int number, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    struct sigaction old;

    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, SIGINT);
    sigaddset(&action.sa_mask, SIGTERM);
    sigaddset(&action.sa_mask, SIGALRM);
    if (sigaction(number, NULL, &old) == 0 && old.sa_handler == SIG_IGN)
        return; /* as nohup and the shell's & wish it */
    sigaction(number, &action, NULL);
}

/*
 * Without SA_RESTART a read from a pipe ends, too.  SIGPIPE gets a handler
 * that does nothing, because one that is ignored would stay so in a program
 * that is started from here.
 */
void
interrupt_install(void)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL,
                             .sigev_signo = SIGALRM};

    has_timer = timer_create(CLOCK_MONOTONIC, &event, &again_timer) == 0;
    install(SIGALRM, on_signal, SA_RESTART);
    install(SIGPIPE, on_broken_pipe, SA_RESTART);
    install(SIGINT, on_signal, 0);
    install(SIGTERM, on_signal, 0);
}

void
interrupt_set(void (*cancel)(void *target), void *target)
{
    sigset_t all, old;

    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &old);
    cancel_function = cancel;
    cancel_target = target;
    if (caught)
        cancel_and_again();
    sigprocmask(SIG_SETMASK, &old, NULL);
}

bool
interrupted(void)
{
    return caught != 0;
}

void
interrupt_end(void)
{
    end_by(caught);
}
