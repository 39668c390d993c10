/* Buyers in one thread: each asks once, by a POST of its own with a header and an Idempotency-Key of its own.
 *
 * First all connections are opened, then the clock starts. Without --rate each connection sends its next
 * request when the last one is answered; with --rate requests are due at fixed moments, whether or not the
 * server keeps up, and are timed from the moment at which they were due.
 *
 * It says one line of JSON: how many were answered with which status, when the last one was, and how long
 * they took. With --log it writes a line a request: number, nanoseconds from the start to its sending and to
 * its answer, status, the value of the first "id" in the answer.
 *
 * Whoever is told 503 with Retry-After waits for so long and asks again under the same key, as a page does; the
 * time counts from the first asking on.
 *
 * A connection that the server closed between two requests is opened again. One that breaks while a request
 * is under way is counted as broken, and the request is not sent again: what became of it is not known.
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
#include <strings.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_PORTS = 8, PER_ADDRESS = 100, ROOM = 65536, STATUSES = 600, ID = 48 };

enum state { CLOSED, CONNECTING, IDLE, ASKING, RESTING };

struct line {
    int fd;
    enum state state;
    int asked;        /* the number of the request under way */
    size_t filled;    /* bytes of an answer that is not whole */
    uint64_t again;   /* when it asks again, while it rests */
    char *answer;
};

struct request {
    uint64_t sent, answered; /* nanoseconds since the start */
    int status;
    char id[ID];
};

static struct line *lines;
static struct request *requests;
static int connections = 1, wanted = 1, in_flight = 500, port_count;
static int ports[MOST_PORTS];
static const char *host = "localhost", *path = "/", *body = "{}", *log_name = "";
static double rate, patience = 60, seconds;
static char **headers; /* one a request */
static size_t header_count, skip;
static uint64_t start, nonce;
static int poller, opened, pending, ready_lines, sent_count, answered_count, broken, reopened, refused, down, resting, repeated;

static uint64_t now(void) {
    struct timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    return (uint64_t)moment.tv_sec * 1000000000ULL + (uint64_t)moment.tv_nsec;
}

static void watch(int operation, int index, uint32_t events) {
    struct epoll_event event = {.events = events, .data.u32 = (uint32_t)index};
    epoll_ctl(poller, operation, lines[index].fd, &event);
}

static void open_line(int index) {
    struct line *line = &lines[index];
    int on = 1, group = index / PER_ADDRESS;
    line->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (line->fd < 0) {
        perror("a socket for a buyer");
        exit(1);
    }
    setsockopt(line->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    /* A hundred buyers behind each address, as a limit per address would have it. */
    struct sockaddr_in here = {.sin_family = AF_INET}, there = {.sin_family = AF_INET};
    here.sin_addr.s_addr = htonl((uint32_t)(INADDR_LOOPBACK + ((group / 200 + 1) << 16) + (group % 200 + 1)));
    setsockopt(line->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    bind(line->fd, (struct sockaddr *)&here, sizeof here);
    there.sin_port = htons((uint16_t)ports[index % port_count]);
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    line->state = CONNECTING;
    line->filled = 0;
    pending++;
    connect(line->fd, (struct sockaddr *)&there, sizeof there);
    watch(EPOLL_CTL_ADD, index, EPOLLOUT);
}

static void settle_connection(int index) {
    struct line *line = &lines[index];
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(line->fd, SOL_SOCKET, SO_ERROR, &error, &length);
    pending--;
    if (error) {
        if (!refused++) fprintf(stderr, "a connection failed: %s\n", strerror(error));
        close(line->fd);
        line->state = CLOSED;
        down++;
        return;
    }
    line->state = IDLE;
    ready_lines++;
    watch(EPOLL_CTL_MOD, index, EPOLLIN);
}

static void ask(int index, int number, uint64_t due) {
    struct line *line = &lines[index];
    char text[4096];
    int length = snprintf(
        text, sizeof text,
        "POST %s HTTP/1.1\r\nHost: %s:%d\r\nOrigin: http://%s:%d\r\nContent-Type: application/json\r\n"
        "Accept: application/json\r\n%s\r\nIdempotency-Key: %08x-%04x-4000-8000-%012x\r\nContent-Length: %zu\r\n\r\n%s",
        path, host, ports[index % port_count], host, ports[index % port_count],
        header_count ? headers[skip + (size_t)number] : "X-Buyer: nobody", (unsigned)(nonce >> 32), (unsigned)(nonce & 0xffff),
        (unsigned)number, strlen(body), body);
    requests[number].sent = due;
    line->asked = number;
    line->state = ASKING;
    line->filled = 0;
    if (length >= (int)sizeof text || send(line->fd, text, (size_t)length, MSG_NOSIGNAL) != length) {
        fprintf(stderr, "a request of %d bytes could not be sent whole\n", length);
        exit(1);
    }
}

static void close_line(int index) {
    struct line *line = &lines[index];
    close(line->fd);
    if (line->state == ASKING || line->state == RESTING) {
        resting -= line->state == RESTING;
        broken++;
        answered_count++;
        requests[line->asked].status = 0;
    } else if (line->state == IDLE) {
        ready_lines--;
        reopened++;
    }
    line->state = CLOSED;
    down++;
}

/* The length of a whole answer at the beginning of the text, 0 if it is not whole. */
static size_t measure(char *text, size_t filled) {
    char *end = memmem(text, filled, "\r\n\r\n", 4);
    size_t length = 0;
    if (!end) return 0;
    for (char *at = text; at < end; at = strchr(at, '\n') + 1)
        if (!strncasecmp(at, "content-length:", 15)) length = strtoul(at + 15, NULL, 10);
    length += (size_t)(end + 4 - text);
    return filled >= length ? length : 0;
}

static void take_answer(struct line *line, size_t length) {
    struct request *request = &requests[line->asked];
    line->answer[length] = 0;
    char *later = strncmp(line->answer + 9, "503", 3) ? NULL : strcasestr(line->answer, "\nretry-after:");
    if (later) {
        line->again = now() + strtoull(later + 13, NULL, 10) * 1000000000ULL;
        line->state = RESTING;
        resting++;
        repeated++;
        return;
    }
    request->answered = now() - start;
    request->status = (int)strtol(line->answer + 9, NULL, 10);
    if (request->status < 0 || request->status >= STATUSES) request->status = 1;
    char *id = strstr(line->answer, "\"id\":");
    if (id) {
        id += 5;
        id += strspn(id, " \"");
        size_t size = strcspn(id, "\",}");
        memcpy(request->id, id, size < ID ? size : ID - 1);
    }
    answered_count++;
    line->state = IDLE;
    ready_lines++;
}

static void receive(int index) {
    struct line *line = &lines[index];
    if (!line->answer) line->answer = malloc(ROOM);
    ssize_t got = recv(line->fd, line->answer + line->filled, ROOM - line->filled - 1, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        close_line(index);
        return;
    }
    line->filled += (size_t)got;
    line->answer[line->filled] = 0;
    size_t length = measure(line->answer, line->filled);
    if (line->state != ASKING || !length) return;
    bool last = memmem(line->answer, length, "\nconnection: close", 18) || memmem(line->answer, length, "\nConnection: close", 18);
    take_answer(line, length);
    if (connections > 1000) { /* of so many, each asks about once: no room is kept for its next answer */
        free(line->answer);
        line->answer = NULL;
    }
    if (last) close_line(index);
}

/* Those who have waited as long as they were told ask again. */
static void ask_again(uint64_t moment) {
    static uint64_t looked;
    if (!resting || moment - looked < 5000000) return;
    looked = moment;
    for (int i = 0; i < connections; i++)
        if (lines[i].state == RESTING && moment >= lines[i].again) {
            resting--;
            ask(i, lines[i].asked, requests[lines[i].asked].sent);
        }
}

/* Sends what may be sent now, in the order of the numbers; connections take turns. */
static void ask_more(uint64_t moment) {
    static int next;
    while (sent_count < wanted && ready_lines) {
        uint64_t due = moment - start;
        if (seconds > 0 && (double)due > seconds * 1e9) {
            wanted = sent_count;
            return;
        }
        if (rate > 0) {
            uint64_t planned = (uint64_t)((double)sent_count / rate * 1e9);
            if (planned > due) return;
            due = planned;
        }
        while (lines[next].state != IDLE) next = (next + 1) % connections;
        ready_lines--;
        ask(next, sent_count++, due);
        next = (next + 1) % connections;
    }
}

static int by_time(const void *one, const void *other) {
    uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;
    return (a > b) - (a < b);
}

static void tell(void) {
    static int statuses[STATUSES];
    uint64_t *times = malloc(sizeof *times * (size_t)(sent_count + 1)), last = 0;
    int count = 0;
    for (int i = 0; i < sent_count; i++) {
        statuses[requests[i].status]++;
        if (!requests[i].answered) continue;
        times[count++] = requests[i].answered - requests[i].sent;
        if (requests[i].answered > last) last = requests[i].answered;
    }
    qsort(times, (size_t)count, sizeof *times, by_time);
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("{\"sent\":%d,\"answered\":%d,\"broken\":%d,\"reopened\":%d,\"repeated\":%d,\"seconds\":%.4f,", sent_count, count,
           broken + sent_count - answered_count, reopened, repeated, (double)last / 1e9);
    printf("\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f,", count ? (double)times[count / 2] / 1e6 : 0,
           count ? (double)times[(size_t)((double)count * .99)] / 1e6 : 0, count ? (double)times[count - 1] / 1e6 : 0);
    printf("\"cpu_seconds\":%.3f,\"statuses\":{",
           (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
    for (int i = 0, told = 0; i < STATUSES; i++)
        if (statuses[i]) printf("%s\"%d\":%d", told++ ? "," : "", i, statuses[i]);
    printf("}}\n");
    fflush(stdout);
}

static void write_log(void) {
    FILE *file = *log_name ? fopen(log_name, "w") : NULL;
    if (!file) return;
    for (int i = 0; i < sent_count; i++)
        fprintf(file, "%d %llu %llu %d %s\n", i, (unsigned long long)requests[i].sent,
                (unsigned long long)requests[i].answered, requests[i].status, *requests[i].id ? requests[i].id : "-");
    fclose(file);
}

static void read_headers(const char *name) {
    FILE *file = fopen(name, "r");
    char *text = NULL;
    size_t room_for = 0, room = 0;
    if (!file) {
        perror(name);
        exit(1);
    }
    while (getline(&text, &room_for, file) > 0) {
        text[strcspn(text, "\n")] = 0;
        if (header_count == room) headers = realloc(headers, (room = room ? room * 2 : 1024) * sizeof *headers);
        headers[header_count++] = strdup(text);
    }
    free(text);
    fclose(file);
}

static void read_options(int count, char **words) {
    for (int i = 1; i + 1 < count; i += 2) {
        const char *name = words[i];
        char *value = words[i + 1];
        if (!strcmp(name, "--port") && port_count < MOST_PORTS) ports[port_count++] = atoi(value);
        else if (!strcmp(name, "--host")) host = value;
        else if (!strcmp(name, "--path")) path = value;
        else if (!strcmp(name, "--body")) body = value;
        else if (!strcmp(name, "--headers")) read_headers(value);
        else if (!strcmp(name, "--skip")) skip = strtoul(value, NULL, 10);
        else if (!strcmp(name, "--connections")) connections = atoi(value);
        else if (!strcmp(name, "--requests")) wanted = atoi(value);
        else if (!strcmp(name, "--seconds")) seconds = atof(value);
        else if (!strcmp(name, "--rate")) rate = atof(value);
        else if (!strcmp(name, "--patience")) patience = atof(value);
        else if (!strcmp(name, "--log")) log_name = value;
        else {
            fprintf(stderr, "no such option: %s\n", name);
            exit(2);
        }
    }
    if (!port_count || connections < 1 || wanted < 1 || (header_count && skip + (size_t)wanted > header_count)) {
        fprintf(stderr, "give a --port, connections and requests, and a header for each request\n");
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
    lines = calloc((size_t)connections, sizeof *lines);
    requests = calloc((size_t)wanted, sizeof *requests);
    poller = epoll_create1(0);
    if (getrandom(&nonce, sizeof nonce, 0) != sizeof nonce) return 1;
    uint64_t born = now();
    struct epoll_event events[1024];
    while (!start || answered_count < wanted) {
        uint64_t moment = now();
        if (moment - (start ? start : born) > (uint64_t)(patience * 1e9)) break;
        if (!start) {
            while (opened < connections && pending < in_flight) open_line(opened++);
            if (refused) return 1;
            if (ready_lines == connections) start = now();
        }
        if (start) {
            for (int i = 0; down && i < connections; i++)
                if (lines[i].state == CLOSED) {
                    down--;
                    open_line(i);
                }
            ask_more(now());
            ask_again(now());
            if (answered_count >= wanted) break;
        }
        int ready = epoll_wait(poller, events, 1024, rate > 0 || !start || resting ? 1 : 100);
        for (int i = 0; i < ready; i++) {
            int index = (int)events[i].data.u32;
            if (lines[index].state == CONNECTING) settle_connection(index);
            else if (lines[index].state != CLOSED) receive(index);
        }
    }
    tell();
    write_log();
    return 0;
}
