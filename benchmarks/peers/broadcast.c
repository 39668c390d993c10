/* The limit: a WebSocket broadcast with nothing around it. One buffer, one send a socket, one thread.
 *
 * What to send comes as datagrams on the same port; with TICK_MS they are sent on as one frame a tick. It
 * checks nothing, remembers nothing and answers every handshake alike: no server for people can be faster.
 */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { MOST = 100000, HEAD = 10, LONGEST = 1 << 20 };

/* The answer to the sample key of RFC 6455, which is what the crowd sends. */
static const char WELCOME[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

static int poller, crowd[MOST], crowd_size;
static bool welcomed[MOST];
static uint8_t frame[HEAD + LONGEST];
static size_t waiting;

static void watch(int file) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = file};
    epoll_ctl(poller, EPOLL_CTL_ADD, file, &event);
}

static void broadcast(void) {
    size_t head = waiting < 126 ? 2 : waiting < 65536 ? 4 : 10;
    uint8_t *start = frame + HEAD - head;
    start[0] = 0x81;
    start[1] = head == 2 ? (uint8_t)waiting : head == 4 ? 126 : 127;
    for (size_t i = 2; i < head; i++) start[i] = (uint8_t)(waiting >> (8 * (head - 1 - i)));
    for (int i = 0; i < crowd_size; i++)
        /* Who cannot take it all misses it: to keep it for them is what this program leaves out. */
        send(crowd[i], start, head + waiting, MSG_NOSIGNAL | MSG_DONTWAIT);
    waiting = 0;
}

static void leave(int file) {
    for (int i = 0; i < crowd_size; i++)
        if (crowd[i] == file) crowd[i] = crowd[--crowd_size];
    welcomed[file] = false;
    close(file);
}

static void hear(int file) {
    static char ignored[65536];
    ssize_t got = recv(file, ignored, sizeof ignored, 0);
    if (got <= 0) {
        leave(file);
    } else if (!welcomed[file]) {
        welcomed[file] = true;
        send(file, WELCOME, sizeof WELCOME - 1, MSG_NOSIGNAL);
        crowd[crowd_size++] = file;
    }
}

int main(int count, char **words) {
    int port = count > 1 ? atoi(words[1]) : 0, on = 1, wide = 8 << 20;
    const char *tick = getenv("TICK_MS");
    long tick_ms = tick ? atol(tick) : 0;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int door = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int orders = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    int clock = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(orders, SOL_SOCKET, SO_RCVBUF, &wide, sizeof wide);
    if (bind(orders, (struct sockaddr *)&here, sizeof here) || bind(door, (struct sockaddr *)&here, sizeof here) ||
        listen(door, 4096)) {
        perror("the broadcast's port");
        return 1;
    }
    poller = epoll_create1(0);
    watch(door);
    watch(orders);
    watch(clock);
    bool ticking = false;
    struct epoll_event events[512];
    for (;;) {
        int ready = epoll_wait(poller, events, 512, -1);
        for (int i = 0; i < ready; i++) {
            int file = events[i].data.fd;
            if (file == door) {
                int viewer;
                while ((viewer = accept4(door, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                    if (viewer >= MOST) {
                        close(viewer);
                        continue;
                    }
                    setsockopt(viewer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                    watch(viewer);
                }
            } else if (file == orders) {
                ssize_t got;
                while (waiting + 65536 < LONGEST && (got = recv(orders, frame + HEAD + waiting, 65536, 0)) > 0) {
                    waiting += (size_t)got;
                    if (!tick_ms) broadcast();
                }
                if (waiting && !ticking) {
                    struct itimerspec once = {.it_value = {tick_ms / 1000, tick_ms % 1000 * 1000000}};
                    timerfd_settime(clock, 0, &once, NULL);
                    ticking = true;
                }
            } else if (file == clock) {
                uint64_t times;
                if (read(clock, &times, sizeof times) > 0 && waiting) broadcast();
                ticking = false;
            } else {
                hear(file);
            }
        }
    }
}
