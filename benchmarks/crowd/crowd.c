/* A crowd of viewers in one thread: opens WebSockets, reads what comes, checks that all of it came.
 *
 * A message carries a mark, "@T<19 digits: nanoseconds of CLOCK_MONOTONIC>#<8 digits: its number>". Numbers
 * rise by one within a run, so that a socket that was passed over, or told twice, is seen as such.
 *
 * It begins to connect at once and says {"said":"joined",...} when every socket has joined or failed. From
 * then on it obeys lines on standard input, and answers each with one line of JSON:
 *
 *   stall           the sockets of --stalled stop reading; from here on they count for nothing
 *   wake            they read again, to see whether they were closed meanwhile
 *   mark FIRST      a window begins: only messages from this number on are counted
 *   count           what was counted since the mark
 *   sum LAST        the same, with what is missing up to this number
 *   tap             every joined viewer sends the text of --tap at once, KEY in it replaced by a new one
 *   taps            how many were answered that they hold it, how many that they don't, and when
 *
 * It ends with its standard input.
 *
 * Not here: servers, and what is made of the figures.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_PORTS = 8, MARK = 30, STEP_NS = 10000, STEPS = 1000000, PER_ADDRESS = 100, CODES = 8 };
static const uint32_t CONTROL = UINT32_MAX;

enum state { UNBORN, WAITING, CONNECTING, SHAKING, GREETING, JOINED, GONE };

struct viewer {
    int fd;
    enum state state;
    bool reads;          /* false while it is stalled */
    bool stalled;        /* true once it was */
    bool sent_back;      /* the server asked it to come again */
    uint32_t expected;   /* the number of the next message */
    uint32_t seen;       /* messages of the window, each once */
    uint64_t tapped;     /* when it asked for a hold; 0 when it did not, or was answered */
    uint64_t began, due; /* of the present try; of the next one */
    uint8_t *rest;       /* the beginning of a frame whose end has not come */
    size_t rest_size;
};

static struct viewer *viewers;
static int size = 100, in_flight = 200, may_stall, port_count;
static int ports[MOST_PORTS];
static const char *path = "/", *host = "localhost", *hello = "", *joined_by = "", *ping = "", *pong = "", *tap_text = "";
static bool deflate;
static double patience = 30;
static char **cookies;
static size_t cookie_count;

static int poller, begun, pending, joined, failed, closed, sent_back, said_joined, ended;
static uint64_t born, last_joined, first_number;
static uint64_t messages, frames, bytes, compressed, repeated, skipped, slowest;
static uint64_t tap_began, tap_ended;
static int taps, taps_held, taps_refused;
static uint32_t *delays, *join_times, *tap_times;
static struct { int code, count; } codes[CODES];
static uint8_t room[1 << 21];

static uint64_t now(void) {
    struct timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    return (uint64_t)moment.tv_sec * 1000000000ULL + (uint64_t)moment.tv_nsec;
}

static void count_time(uint32_t *counts, uint64_t ns) {
    uint64_t step = ns / STEP_NS;
    counts[step < STEPS ? step : STEPS - 1]++;
}

static double percentile_ms(const uint32_t *counts, double share) {
    uint64_t all = 0, below = 0;
    for (int i = 0; i < STEPS; i++) all += counts[i];
    if (!all) return 0;
    for (int i = 0; i < STEPS; i++)
        if ((below += counts[i]) > (uint64_t)((double)all * share)) return i * (STEP_NS / 1e6);
    return STEPS * (STEP_NS / 1e6);
}

static void count_code(int code) {
    for (int i = 0; i < CODES; i++)
        if (!codes[i].count || codes[i].code == code) {
            codes[i].code = code;
            codes[i].count++;
            return;
        }
}

/* A client's frame. A mask of zeros is a legal mask and leaves the text as it is. */
static void send_frame(struct viewer *viewer, uint8_t kind, const void *text, size_t length) {
    uint8_t frame[4096];
    size_t at = 0;
    if (length > sizeof frame - 8) return;
    frame[at++] = 0x80 | kind;
    if (length < 126) {
        frame[at++] = 0x80 | (uint8_t)length;
    } else {
        frame[at++] = 0x80 | 126;
        frame[at++] = (uint8_t)(length >> 8);
        frame[at++] = (uint8_t)length;
    }
    memset(frame + at, 0, 4);
    memcpy(frame + at + 4, text, length);
    send(viewer->fd, frame, at + 4 + length, MSG_NOSIGNAL);
}

static void watch(int operation, uint32_t index, uint32_t events) {
    struct epoll_event event = {.events = events, .data.u32 = index};
    epoll_ctl(poller, operation, viewers[index].fd, &event);
}

static void drop(struct viewer *viewer) {
    close(viewer->fd);
    free(viewer->rest);
    viewer->rest = NULL;
    viewer->rest_size = 0;
    if (viewer->state == JOINED) {
        closed++;
        joined--;
    } else {
        pending--;
        if (viewer->sent_back) {
            viewer->state = WAITING;
            return;
        }
        failed++;
    }
    viewer->state = GONE;
}

static void open_socket(uint32_t index) {
    struct viewer *viewer = &viewers[index];
    int on = 1;
    viewer->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (viewer->fd < 0) {
        perror("a socket for a viewer");
        exit(1);
    }
    setsockopt(viewer->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if ((int)index < may_stall) {
        int small = 4096; /* so that it is the server who has to keep what is not read */
        setsockopt(viewer->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    }
    /* A hundred viewers behind each address, as a limit per address would have it. */
    uint32_t group = index / PER_ADDRESS;
    struct sockaddr_in here = {.sin_family = AF_INET};
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK + ((group / 200 + 1) << 16) + (group % 200 + 1));
    setsockopt(viewer->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    bind(viewer->fd, (struct sockaddr *)&here, sizeof here);
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons((uint16_t)ports[index % (uint32_t)port_count])};
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (!viewer->sent_back) viewer->began = now(); /* else its time counts from its first try */
    viewer->sent_back = false;
    viewer->reads = true;
    viewer->state = CONNECTING;
    pending++;
    if (connect(viewer->fd, (struct sockaddr *)&there, sizeof there) < 0 && errno != EINPROGRESS) {
        drop(viewer);
        return;
    }
    watch(EPOLL_CTL_ADD, index, EPOLLIN | EPOLLOUT);
}

static void shake_hands(uint32_t index) {
    struct viewer *viewer = &viewers[index];
    int error = 0, port = ports[index % (uint32_t)port_count];
    socklen_t length = sizeof error;
    getsockopt(viewer->fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error) {
        drop(viewer);
        return;
    }
    const char *cookie = cookie_count ? cookies[index % cookie_count] : "";
    char request[2048];
    int written = snprintf(
        request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: %s:%d\r\nOrigin: http://%s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s%s%s%s\r\n",
        path, host, port, host, port, deflate ? "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n" : "",
        *cookie ? "Cookie: " : "", cookie, *cookie ? "\r\n" : "");
    send(viewer->fd, request, (size_t)written, MSG_NOSIGNAL);
    viewer->state = SHAKING;
    watch(EPOLL_CTL_MOD, index, EPOLLIN);
}

static void join(struct viewer *viewer, uint64_t moment) {
    viewer->state = JOINED;
    viewer->expected = (uint32_t)first_number;
    pending--;
    joined++;
    last_joined = moment;
    count_time(join_times, moment - viewer->began);
}

static bool read_number(const uint8_t *text, int digits, uint64_t *number) {
    *number = 0;
    for (int i = 0; i < digits; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
        *number = *number * 10 + (uint64_t)(text[i] - '0');
    }
    return true;
}

static void take_messages(struct viewer *viewer, const uint8_t *text, size_t length, uint64_t moment) {
    const uint8_t *end = text + length;
    bool counted = false;
    while ((text = memmem(text, (size_t)(end - text), "@T", 2)) && end - text >= MARK) {
        uint64_t sent, number;
        if (!read_number(text + 2, 19, &sent) || text[21] != '#' || !read_number(text + 22, 8, &number)) {
            text += 2;
            continue;
        }
        text += MARK;
        if (number < first_number) continue;
        if (number < viewer->expected) {
            repeated++;
            continue;
        }
        skipped += number - viewer->expected;
        viewer->expected = (uint32_t)number + 1;
        viewer->seen++;
        messages++;
        counted = true;
        uint64_t delay = moment > sent ? moment - sent : 0;
        count_time(delays, delay);
        if (delay > slowest) slowest = delay;
    }
    frames += counted;
}

/* The answer to a tap. False for every other frame. */
static bool take_tap(struct viewer *viewer, const uint8_t *text, size_t length, uint64_t moment) {
    bool is_held = memmem(text, length, "\"t\":\"held\"", 10) != NULL;
    if (!is_held && !memmem(text, length, "\"t\":\"refused\"", 13)) return false;
    count_time(tap_times, moment - viewer->tapped);
    viewer->tapped = 0;
    tap_ended = moment;
    taps_held += is_held;
    taps_refused += !is_held;
    return true;
}

/* One whole frame of the server's. False when the socket is gone after it. */
static bool take_frame(struct viewer *viewer, uint8_t head, uint8_t *text, size_t length, uint64_t moment) {
    uint8_t kind = head & 15;
    if (kind == 9) {
        send_frame(viewer, 10, text, length);
    } else if (kind == 8) {
        count_code(length >= 2 ? text[0] << 8 | text[1] : 1005);
        drop(viewer);
        return false;
    } else if (kind <= 2) {
        if (*ping && length == strlen(ping) && !memcmp(text, ping, length)) {
            send_frame(viewer, 1, pong, strlen(pong));
        } else if (viewer->state == GREETING) {
            uint8_t *asked = memmem(text, length, "\"t\":\"reconnect\"", 15);
            uint8_t *after = asked ? memmem(asked, length - (size_t)(asked - text), "\"after_ms\":", 11) : NULL;
            if (after) {
                viewer->sent_back = true;
                viewer->due = moment + strtoull((char *)after + 11, NULL, 10) * 1000000ULL;
                sent_back++;
            } else if (head & 0x40 || memmem(text, length, joined_by, strlen(joined_by))) {
                join(viewer, moment);
            }
        } else if (viewer->tapped && take_tap(viewer, text, length, moment)) {
            return true;
        } else if (head & 0x40) {
            compressed++;
            frames++;
        } else if (!viewer->stalled) {
            take_messages(viewer, text, length, moment);
        }
    }
    return true;
}

/* Reads one answer to the handshake off the text. Returns its length, 0 if it is not whole, -1 if it refuses. */
static long take_handshake(struct viewer *viewer, uint8_t *text, size_t length, uint64_t moment) {
    static int told;
    uint8_t *end = memmem(text, length, "\r\n\r\n", 4);
    if (!end) return 0;
    if (length < 12 || memcmp(text + 9, "101", 3)) {
        if (told++ < 2) fprintf(stderr, "a handshake was refused: %.*s\n", (int)(length < 200 ? length : 200), text);
        return -1;
    }
    if (*hello) send_frame(viewer, 1, hello, strlen(hello));
    if (*joined_by) viewer->state = GREETING;
    else join(viewer, moment);
    return end + 4 - text;
}

static void receive(uint32_t index, uint64_t moment) {
    struct viewer *viewer = &viewers[index];
    size_t length = viewer->rest_size;
    if (length) memcpy(room, viewer->rest, length);
    ssize_t got = recv(viewer->fd, room + length, sizeof room - length - 1, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        if (!viewer->sent_back) count_code(1006);
        drop(viewer);
        return;
    }
    uint8_t *text = room;
    length += (size_t)got;
    text[length] = 0;
    bytes += (uint64_t)got;
    if (viewer->state == SHAKING) {
        long taken = take_handshake(viewer, text, length, moment);
        if (taken < 0) {
            drop(viewer);
            return;
        }
        text += taken;
        length -= (size_t)taken;
    }
    while (viewer->state != SHAKING && length >= 2) {
        size_t head = 2, body = text[1] & 127;
        if (body == 126) head = 4;
        if (body == 127) head = 10;
        if (length < head) break;
        if (head > 2) {
            body = 0;
            for (size_t i = 2; i < head; i++) body = body << 8 | text[i];
        }
        if (body > sizeof room / 2) {
            fprintf(stderr, "a frame of %zu bytes is more than a viewer takes\n", body);
            exit(1);
        }
        if (length < head + body) break;
        if (!take_frame(viewer, text[0], text + head, body, moment)) return;
        text += head + body;
        length -= head + body;
    }
    if (length) {
        viewer->rest = realloc(viewer->rest, length);
        memcpy(viewer->rest, text, length);
    }
    viewer->rest_size = length;
}

/* Opens what may be opened now, and gives up those who wait for longer than a person would. */
static void connect_more(uint64_t moment) {
    static uint64_t looked;
    while (begun < size && pending < in_flight) open_socket((uint32_t)begun++);
    if (moment - looked < 2000000) return;
    looked = moment;
    for (uint32_t i = 0; i < (uint32_t)begun; i++) {
        struct viewer *viewer = &viewers[i];
        bool too_long = moment > viewer->began + (uint64_t)(patience * 1e9);
        if (viewer->state == WAITING && too_long) {
            viewer->state = GONE;
            failed++;
        } else if (viewer->state == WAITING && moment >= viewer->due && pending < in_flight) {
            open_socket(i);
        } else if (viewer->state > WAITING && viewer->state < JOINED && too_long) {
            viewer->sent_back = false;
            count_code(0);
            drop(viewer);
        }
    }
}

/* The times of joining and of messages are told at the end of each only: to add them up costs milliseconds. */
static void tell(const char *said, bool whole, uint64_t last) {
    uint64_t missing = 0, reading = 0;
    bool times = whole || *said == 'j';
    for (int i = 0; i < size; i++) {
        struct viewer *viewer = &viewers[i];
        if (viewer->stalled) continue;
        reading += viewer->state == JOINED;
        if (whole && last + 1 > first_number + viewer->seen) missing += last + 1 - first_number - viewer->seen;
    }
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("{\"said\":\"%s\",\"joined\":%d,\"reading\":%llu,\"failed\":%d,\"closed\":%d,\"sent_back\":%d,", said, joined,
           (unsigned long long)reading, failed, closed, sent_back);
    printf("\"join_seconds\":%.3f,\"join_p50_ms\":%.2f,\"join_p99_ms\":%.2f,", last_joined ? (double)(last_joined - born) / 1e9 : 0,
           times ? percentile_ms(join_times, .5) : 0, times ? percentile_ms(join_times, .99) : 0);
    printf("\"messages\":%llu,\"frames\":%llu,\"bytes\":%llu,\"compressed\":%llu,", (unsigned long long)messages,
           (unsigned long long)frames, (unsigned long long)bytes, (unsigned long long)compressed);
    printf("\"repeated\":%llu,\"skipped\":%llu,\"missing\":%llu,", (unsigned long long)repeated, (unsigned long long)skipped,
           (unsigned long long)missing);
    printf("\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f,\"cpu_seconds\":%.2f,\"codes\":{",
           times ? percentile_ms(delays, .5) : 0, times ? percentile_ms(delays, .99) : 0, (double)slowest / 1e6,
           (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
    for (int i = 0; i < CODES && codes[i].count; i++) printf("%s\"%d\":%d", i ? "," : "", codes[i].code, codes[i].count);
    printf("}}\n");
    fflush(stdout);
}

static void stall(bool begins) {
    for (int i = 0; i < may_stall; i++)
        if (viewers[i].state == JOINED) {
            viewers[i].stalled = true;
            viewers[i].reads = !begins;
            watch(EPOLL_CTL_MOD, (uint32_t)i, begins ? 0 : EPOLLIN);
        }
}

static void tap(void) {
    char text[1024];
    const char *key = strstr(tap_text, "KEY");
    memset(tap_times, 0, STEPS * sizeof *tap_times);
    taps = taps_held = taps_refused = 0;
    tap_began = tap_ended = now();
    for (int i = 0; key && i < size; i++) {
        if (viewers[i].state != JOINED) continue;
        int length = snprintf(text, sizeof text, "%.*s%08x-%04x-4000-8000-%012x%s", (int)(key - tap_text), tap_text,
                              (unsigned)(tap_began >> 32), (unsigned)(tap_began & 0xffff), (unsigned)i, key + 3);
        viewers[i].tapped = now();
        taps++;
        send_frame(&viewers[i], 1, text, (size_t)length);
    }
}

static void tell_taps(void) {
    printf("{\"said\":\"taps\",\"taps\":%d,\"held\":%d,\"refused\":%d,\"seconds\":%.4f,\"p50_ms\":%.2f,\"p99_ms\":%.2f}\n",
           taps, taps_held, taps_refused, (double)(tap_ended - tap_began) / 1e9, percentile_ms(tap_times, .5),
           percentile_ms(tap_times, .99));
    fflush(stdout);
}

static void mark(uint64_t first) {
    first_number = first;
    messages = frames = bytes = compressed = repeated = skipped = slowest = 0;
    memset(delays, 0, STEPS * sizeof *delays);
    for (int i = 0; i < size; i++) {
        viewers[i].expected = (uint32_t)first;
        viewers[i].seen = 0;
    }
}

static void obey(char *line) {
    if (!strncmp(line, "stall", 5)) {
        stall(true);
        tell("stalled", false, 0);
    } else if (!strncmp(line, "wake", 4)) {
        stall(false);
        tell("woken", false, 0);
    } else if (!strncmp(line, "mark ", 5)) {
        mark(strtoull(line + 5, NULL, 10));
        tell("marked", false, 0);
    } else if (!strncmp(line, "taps", 4)) {
        tell_taps();
    } else if (!strncmp(line, "tap", 3)) {
        tap();
        tell_taps();
    } else if (!strncmp(line, "count", 5)) {
        tell("counted", false, 0);
    } else if (!strncmp(line, "sum ", 4)) {
        tell("summed", true, strtoull(line + 4, NULL, 10));
    }
}

static void listen_to_orders(void) {
    static char lines[4096];
    static size_t length;
    ssize_t got = read(STDIN_FILENO, lines + length, sizeof lines - length - 1);
    if (got <= 0) {
        ended = 1; /* whoever gave the orders is gone */
        return;
    }
    length += (size_t)got;
    lines[length] = 0;
    char *line = lines, *end;
    while ((end = strchr(line, '\n'))) {
        *end = 0;
        obey(line);
        line = end + 1;
    }
    length = strlen(line);
    memmove(lines, line, length + 1);
}

static void read_cookies(const char *name) {
    FILE *file = fopen(name, "r");
    char *line = NULL;
    size_t room_for = 0;
    if (!file) {
        perror(name);
        exit(1);
    }
    while (getline(&line, &room_for, file) > 0) {
        line[strcspn(line, "\n")] = 0;
        cookies = realloc(cookies, (cookie_count + 1) * sizeof *cookies);
        cookies[cookie_count++] = strdup(line);
    }
    fclose(file);
}

static void read_options(int count, char **words) {
    for (int i = 1; i + 1 < count; i += 2) {
        const char *name = words[i];
        char *value = words[i + 1];
        if (!strcmp(name, "--sockets")) size = atoi(value);
        else if (!strcmp(name, "--in-flight")) in_flight = atoi(value);
        else if (!strcmp(name, "--stalled")) may_stall = atoi(value);
        else if (!strcmp(name, "--patience")) patience = atof(value);
        else if (!strcmp(name, "--path")) path = value;
        else if (!strcmp(name, "--host")) host = value;
        else if (!strcmp(name, "--hello")) hello = value;
        else if (!strcmp(name, "--joined-by")) joined_by = value;
        else if (!strcmp(name, "--ping")) ping = value;
        else if (!strcmp(name, "--pong")) pong = value;
        else if (!strcmp(name, "--tap")) tap_text = value;
        else if (!strcmp(name, "--deflate")) deflate = atoi(value);
        else if (!strcmp(name, "--cookies")) read_cookies(value);
        else if (!strcmp(name, "--port") && port_count < MOST_PORTS) ports[port_count++] = atoi(value);
        else {
            fprintf(stderr, "no such option: %s\n", name);
            exit(2);
        }
    }
    if (!port_count || size < 1 || may_stall > size) {
        fprintf(stderr, "give a --port, and no more --stalled than --sockets\n");
        exit(2);
    }
}

int main(int count, char **words) {
    read_options(count, words);
    signal(SIGPIPE, SIG_IGN);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    viewers = calloc((size_t)size, sizeof *viewers);
    delays = calloc(STEPS, sizeof *delays);
    join_times = calloc(STEPS, sizeof *join_times);
    tap_times = calloc(STEPS, sizeof *tap_times);
    poller = epoll_create1(0);
    struct epoll_event control = {.events = EPOLLIN, .data.u32 = CONTROL}, events[1024];
    epoll_ctl(poller, EPOLL_CTL_ADD, STDIN_FILENO, &control);
    born = now();
    while (!ended) {
        if (!said_joined) {
            connect_more(now());
            if (begun == size && joined + failed + closed == size) {
                said_joined = 1;
                tell("joined", false, 0);
            }
        }
        int ready = epoll_wait(poller, events, 1024, said_joined ? -1 : 2);
        uint64_t moment = now();
        for (int i = 0; i < ready; i++) {
            uint32_t index = events[i].data.u32, what = events[i].events;
            if (index == CONTROL) {
                listen_to_orders();
                continue;
            }
            struct viewer *viewer = &viewers[index];
            if (viewer->state == CONNECTING) shake_hands(index);
            else if (viewer->state > CONNECTING && viewer->state < GONE && viewer->reads) receive(index, moment);
            else if (viewer->state == JOINED && what & (EPOLLHUP | EPOLLERR)) drop(viewer);
        }
    }
    return 0;
}
