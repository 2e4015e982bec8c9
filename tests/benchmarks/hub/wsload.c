/* wsload loads a WebSocket server and tells what came back: one thread, epoll, no library.
 *
 *   wsload -m broadcast|echo|direct|connect|idle -p PORT [options]
 *
 *   broadcast  all connections are one room; -k of them send, everybody counts what they get
 *   echo       each connection sends, and waits for its own answer
 *   direct     connection 2p sends to 2p+1, which counts; a copy to the sender does not count
 *   connect    handshake, close, again
 *   idle       says "HOLDING n" once n connections stand, then holds them
 *
 *   -n CONNECTIONS  -k SENDERS  -s BYTES of a message  -d SECONDS
 *   -w MESSAGES under way at once (for each sender), or -r MESSAGES a second, each stamped with the time it
 * was due
 *   --warmup, --settle, --timeout, --hold SECONDS   --concurrency HANDSHAKES at once   --sample EACH nth
 * delay
 *   --path, --header 'Name: value', --template 'before{}after'  where {token}, {to} and {i} are replaced
 *   --tokens, --to FILE     a line a connection          --sources N  client addresses 127.0.0.2 and on
 *   --pid P,P..  whose CPU is counted, from /proc
 *
 * A payload is "~T!", 16 hex digits of the time, 4 of the sender, 8 of its sequence number, and padding:
 * loss, repetition and delay are seen for each member. One JSON object on stdout. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000LL
#define MARKER "~T!"
#define MARKER_SIZE 3
#define STAMP_SIZE (MARKER_SIZE + 28)
#define STALL (SECOND / 2) /* nothing came for so long: what is under way is written off */
#define DRAIN (3 * SECOND) /* nothing came for so long after the end: the rest is missing */
#define MOST_TRIES 3
#define MOST_SHOWN 3
#define MOST_FRAME (1 << 18)

enum mode { BROADCAST, ECHO, DIRECT, CONNECT, IDLE };
static const char *mode_names[] = {"broadcast", "echo", "direct", "connect", "idle"};
enum state { UNUSED, CONNECTING, SHAKING, READY, CLOSING, DEAD };

struct buffer {
    char *data;
    int size, room, done;
};

struct conn {
    int fd, index, serial, tries, wants_out, in_flight;
    enum state state;
    struct buffer in, out, fragments;
    uint32_t sent, got;
    uint32_t *next; /* the number that is due from each sender */
    int64_t began;
    char *before, *after; /* what stands round a payload */
};

/* What was asked. */

static enum mode mode = BROADCAST;
static const char *path = "/", *template = "{}";
static const char *headers[16];
static char **tokens, **recipients;
static int header_count, token_count, recipient_count;
static int port, count = 100, senders = 1, window = 1, size = 128, concurrency = 64, sources = 1, sample = 1;
static double rate, duration = 2, warmup = 1, settle = 0.5, hold = 3, timeout_s = 60;
static int pids[256], pid_count;

/* What is going on. */

static struct conn *conns;
static int poll_fd, timer_fd = -1, ready, opening, given_up, closed, errors, serials;
static int64_t now;
static char *payload;
static int is_sending, is_measuring;
static uint64_t sent, expected, got, written_off, duplicates, gaps, other_frames, stalls, handshakes;

static int64_t clock_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * SECOND + t.tv_nsec;
}

static int64_t ns(double seconds) { return (int64_t)(seconds * SECOND); }

static void die(const char *format, ...) {
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(2);
}

static void *must(void *memory) {
    if (!memory) die("out of memory");
    return memory;
}

/* Delays: a histogram with 64 steps for every power of two. */

#define STEP_BITS 6
#define STEPS (1 << STEP_BITS)
static uint64_t delays[64 << STEP_BITS], delay_count;
static int64_t delay_max;

static int step_of(uint64_t value) {
    if (value < STEPS) return (int)value;
    int exponent = 63 - __builtin_clzll(value);
    return ((exponent - STEP_BITS + 1) << STEP_BITS) + (int)((value >> (exponent - STEP_BITS)) & (STEPS - 1));
}

static double value_of(int step) {
    int group = step >> STEP_BITS, rest = step & (STEPS - 1);
    return group ? (STEPS + rest + 0.5) * (double)(1ULL << (group - 1)) : rest;
}

static void add_delay(int64_t delay) {
    if (delay < 0) delay = 0;
    delays[step_of((uint64_t)delay)]++;
    delay_count++;
    if (delay > delay_max) delay_max = delay;
}

static double percentile_us(double part) {
    uint64_t wanted = (uint64_t)(part * delay_count), seen = 0;
    for (int i = 0; i < (64 << STEP_BITS); i++) {
        seen += delays[i];
        if (seen > wanted) return value_of(i) / 1000;
    }
    return delay_count ? delay_max / 1000.0 : -1;
}

/* CPU. */

static double server_cpu(void) {
    double total = 0;
    for (int i = 0; i < pid_count; i++) {
        char name[64], text[1024];
        unsigned long user, kernel;
        snprintf(name, sizeof name, "/proc/%d/stat", pids[i]);
        int fd = open(name, O_RDONLY);
        if (fd < 0) continue;
        ssize_t length = read(fd, text, sizeof text - 1);
        close(fd);
        if (length <= 0) continue;
        text[length] = 0;
        char *after_name = strrchr(text, ')');
        if (after_name && sscanf(after_name + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                                 &kernel) == 2)
            total += (double)(user + kernel) / sysconf(_SC_CLK_TCK);
    }
    return total;
}

static double own_cpu(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return used.ru_utime.tv_sec + used.ru_stime.tv_sec +
           (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* Bytes out. */

static void append(struct buffer *b, const char *data, int length) {
    if (!length) return;
    if (b->size + length > b->room) {
        b->room = (b->size + length) * 2;
        b->data = must(realloc(b->data, b->room));
    }
    memcpy(b->data + b->size, data, length);
    b->size += length;
}

static void release(struct buffer *b) {
    free(b->data);
    *b = (struct buffer){0};
}

static void watch(struct conn *c, int how) {
    struct epoll_event event = {.events = EPOLLIN | (c->wants_out ? EPOLLOUT : 0), .data.ptr = c};
    epoll_ctl(poll_fd, how, c->fd, &event);
}

static void let_go(struct conn *c) {
    if (c->fd >= 0) close(c->fd);
    c->fd = -1;
    c->wants_out = 0;
    c->in.size = 0;
    release(&c->out);
}

/* The connection is over; whether that is an error depends on what it was at. */
static void end(struct conn *c, const char *why) {
    enum state before = c->state;
    let_go(c);
    c->state = DEAD;
    if (before == READY) {
        ready--;
        if (++closed <= MOST_SHOWN) fprintf(stderr, "wsload: connection %d lost: %s\n", c->index, why);
        return;
    }
    if (before == DEAD || before == UNUSED) return;
    opening--;
    if (before == CLOSING) {
        c->state = UNUSED;
        return;
    }
    if (++errors <= MOST_SHOWN) fprintf(stderr, "wsload: connection %d: %s\n", c->index, why);
    if (++c->tries > MOST_TRIES)
        given_up++;
    else
        c->state = UNUSED;
}

/* Sends what it can of what waits; -1 where the connection is over. */
static int flush(struct conn *c) {
    struct buffer *out = &c->out;
    while (out->done < out->size) {
        ssize_t taken = send(c->fd, out->data + out->done, out->size - out->done, MSG_NOSIGNAL);
        if (taken < 0 && errno != EAGAIN) {
            end(c, strerror(errno));
            return -1;
        }
        if (taken < 0) break;
        out->done += taken;
    }
    int waits = out->done < out->size;
    if (!waits) out->size = out->done = 0;
    if (waits != c->wants_out) {
        c->wants_out = waits;
        watch(c, EPOLL_CTL_MOD);
    }
    return 0;
}

static int put(struct conn *c, const char *data, int length) {
    if (c->fd < 0) return -1;
    append(&c->out, data, length);
    return c->wants_out ? 0 : flush(c);
}

static int put_frame(struct conn *c, int opcode, const char *data, int length) {
    static char frame[MOST_FRAME + 16];
    static uint32_t seed = 0x9E3779B9u;
    unsigned char mask[4];
    int head = 2;
    if (length > MOST_FRAME) die("a frame of %d bytes is too large", length);
    seed = seed * 1664525u + 1013904223u;
    memcpy(mask, &seed, 4);
    frame[0] = (char)(0x80 | opcode);
    if (length < 126) {
        frame[1] = (char)(0x80 | length);
    } else if (length < 65536) {
        frame[1] = (char)(0x80 | 126);
        frame[2] = (char)(length >> 8), frame[3] = (char)length;
        head = 4;
    } else {
        frame[1] = (char)(0x80 | 127);
        for (int i = 0; i < 8; i++) frame[2 + i] = (char)((uint64_t)length >> (56 - 8 * i));
        head = 10;
    }
    memcpy(frame + head, mask, 4);
    head += 4;
    for (int i = 0; i < length; i++) frame[head + i] = (char)(data[i] ^ mask[i & 3]);
    return put(c, frame, head + length);
}

static int put_close(struct conn *c) { return put_frame(c, 8, "\x03\xe8", 2); }

/* Messages out. */

/* Answers *text* with {token}, {to} and {i} replaced, to be freed. */
static char *filled(const char *text, struct conn *c) {
    struct buffer made = {0};
    char number[16];
    while (*text) {
        const char *value = NULL;
        int skip = 0;
        if (!strncmp(text, "{token}", 7)) {
            value = token_count ? tokens[(mode == CONNECT ? c->serial : c->index) % token_count] : "",
            skip = 7;
        } else if (!strncmp(text, "{to}", 4)) {
            int other = mode == DIRECT ? c->index ^ 1 : c->index;
            value = recipient_count ? recipients[other % recipient_count] : "", skip = 4;
        } else if (!strncmp(text, "{i}", 3)) {
            snprintf(number, sizeof number, "%d", c->index);
            value = number, skip = 3;
        }
        append(&made, value ? value : text, value ? (int)strlen(value) : 1);
        text += value ? skip : 1;
    }
    append(&made, "", 1);
    return made.data;
}

static void write_hex(char *to, uint64_t value, int digits) {
    for (int i = digits - 1; i >= 0; i--, value >>= 4) to[i] = "0123456789abcdef"[value & 15];
}

static uint64_t read_hex(const char *from, int digits) {
    uint64_t value = 0;
    for (int i = 0; i < digits; i++)
        value = value << 4 | (from[i] <= '9' ? from[i] - '0' : (from[i] | 32) - 'a' + 10);
    return value;
}

static void prepare(struct conn *c) {
    const char *gap = strstr(template, "{}");
    if (!gap) die("--template needs {}");
    char *head = strndup(template, gap - template);
    c->before = filled(head, c);
    c->after = filled(gap + 2, c);
    free(head);
}

static void send_message(struct conn *c, int64_t stamp) {
    static struct buffer text;
    if (!c->before) prepare(c);
    write_hex(payload + MARKER_SIZE, stamp, 16);
    write_hex(payload + MARKER_SIZE + 16, c->index, 4);
    write_hex(payload + MARKER_SIZE + 20, c->sent, 8);
    text.size = 0;
    append(&text, c->before, strlen(c->before));
    append(&text, payload, size);
    append(&text, c->after, strlen(c->after));
    c->sent++, c->in_flight++, sent++;
    expected += mode == BROADCAST ? ready : 1;
    put_frame(c, 1, text.data, text.size);
}

/* Messages in. */

static void count_in_order(struct conn *c, int sender, uint32_t number) {
    if (sender >= senders) return;
    if (number < c->next[sender]) {
        duplicates++;
        return;
    }
    gaps += number - c->next[sender];
    c->next[sender] = number + 1;
}

/* Takes the message whose marker has just been passed. */
static void take_message(struct conn *c, const char *stamp) {
    static int skipped;
    int sender = (int)read_hex(stamp + 16, 4);
    if (mode == DIRECT && sender == c->index) return;
    got++, c->got++;
    if (mode == BROADCAST)
        count_in_order(c, sender, (uint32_t)read_hex(stamp + 20, 8));
    else if (sender < count)
        conns[sender].in_flight--;
    if (is_measuring && ++skipped >= sample) {
        skipped = 0;
        add_delay(now - (int64_t)read_hex(stamp, 16));
    }
}

static void take_text(struct conn *c, const char *text, int length) {
    static int last; /* where the marker stood in the frame before: it mostly does again */
    const char *found = text + last;
    if (!is_sending || length < size) {
        other_frames++;
        return;
    }
    if (last + size > length || memcmp(found, MARKER, MARKER_SIZE)) {
        found = memmem(text, length - STAMP_SIZE + MARKER_SIZE, MARKER, MARKER_SIZE);
        if (!found) {
            other_frames++;
            return;
        }
        last = found - text;
    }
    take_message(c, found + MARKER_SIZE);
}

static void take_frame(struct conn *c, int opcode, char *data, int length) {
    if (opcode <= 2 && c->state == READY) take_text(c, data, length);
    if (opcode == 9) put_frame(c, 10, data, length > 125 ? 125 : length);
    if (opcode != 8) return;
    char why[160] = "close frame";
    if (length >= 2)
        snprintf(why, sizeof why, "close frame %d %.*s", (unsigned char)data[0] << 8 | (unsigned char)data[1],
                 length - 2 > 100 ? 100 : length - 2, data + 2);
    if (c->state != CLOSING) put_close(c);
    if (c->fd >= 0) end(c, why);
}

static void take_fragment(struct conn *c, int is_first, int is_last, char *data, int length) {
    if (is_first) c->fragments.size = 0;
    append(&c->fragments, data, length);
    if (is_last) take_frame(c, 1, c->fragments.data, c->fragments.size);
}

/* Takes the frame at *data*; answers its size, 0 where it is not whole, -1 where the connection is over. */
static int take_one(struct conn *c, char *data, int64_t have) {
    unsigned char *u = (void *)data;
    if (have < 2) return 0;
    int opcode = u[0] & 15, is_last = u[0] & 128, head = 2;
    uint64_t length = u[1] & 127;
    if (u[1] & 128) {
        end(c, "masked server frame");
        return -1;
    }
    if (length >= 126) {
        int digits = length == 126 ? 2 : 8;
        head += digits;
        if (have < head) return 0;
        length = 0;
        for (int i = 2; i < head; i++) length = length << 8 | u[i];
    }
    if (length > (1 << 24)) {
        end(c, "a frame too large");
        return -1;
    }
    if (have - head < (int64_t)length) return 0;
    if (opcode >= 8 || (is_last && opcode))
        take_frame(c, opcode, data + head, (int)length);
    else
        take_fragment(c, opcode != 0, is_last, data + head, (int)length);
    return c->fd < 0 ? -1 : head + (int)length;
}

static void became_ready(struct conn *c) {
    if (mode == CONNECT) {
        add_delay(clock_ns() - c->began);
        handshakes++;
        c->state = CLOSING;
        put_close(c);
        return;
    }
    c->state = READY;
    ready++, opening--;
}

/* Answers the size of the server's handshake, 0 where it is not whole, -1 where it was refused. */
static int take_handshake(struct conn *c, char *data, int have) {
    char *finish = memmem(data, have, "\r\n\r\n", 4);
    if (!finish) return 0;
    *finish = 0;
    if (strncmp(data, "HTTP/1.1 101", 12) || !strcasestr(data, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")) {
        char why[240];
        snprintf(why, sizeof why, "handshake refused: %.180s", data);
        end(c, why);
        return -1;
    }
    became_ready(c);
    return c->fd < 0 ? -1 : (int)(finish + 4 - data);
}

static void readable(struct conn *c) {
    static char bytes[1 << 20];
    ssize_t length = recv(c->fd, bytes, sizeof bytes, 0);
    if (length < 0 && errno == EAGAIN) return;
    if (length <= 0) {
        end(c, length ? strerror(errno) : "end of stream");
        return;
    }
    char *data = bytes;
    int have = (int)length, used = 0, taken;
    if (c->in.size) { /* a frame had begun */
        append(&c->in, bytes, have);
        data = c->in.data, have = c->in.size;
    }
    do {
        taken = c->state == SHAKING ? take_handshake(c, data + used, have - used)
                                    : take_one(c, data + used, have - used);
        if (taken < 0) return;
        used += taken;
    } while (taken);
    if (data == c->in.data) {
        memmove(data, data + used, have - used);
        c->in.size = have - used;
    } else if (used < have) {
        append(&c->in, data + used, have - used);
    }
    if (!c->in.size && c->in.room > (1 << 16)) release(&c->in);
}

/* Connections. */

static void shake(struct conn *c) {
    struct buffer request = {0};
    char line[256], *value = filled(path, c);
    append(&request, "GET ", 4);
    append(&request, value, strlen(value));
    free(value);
    int length = snprintf(line, sizeof line,
                          " HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
                          port);
    append(&request, line, length);
    for (int i = 0; i < header_count; i++) {
        value = filled(headers[i], c);
        append(&request, value, strlen(value));
        append(&request, "\r\n", 2);
        free(value);
    }
    append(&request, "\r\n", 2);
    c->state = SHAKING;
    put(c, request.data, request.size);
    release(&request);
}

static void open_one(struct conn *c) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (fd < 0) die("socket: %s (raise ulimit -n)", strerror(errno));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (sources > 1) { /* one address has ports for 28,000 connections to one server */
        struct sockaddr_in from = {.sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(0x7f000002 + serials % sources)};
        setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
        if (bind(fd, (void *)&from, sizeof from)) die("bind: %s", strerror(errno));
    }
    c->fd = fd, c->serial = serials++, c->state = CONNECTING, c->began = clock_ns();
    opening++;
    if (connect(fd, (void *)&to, sizeof to) && errno != EINPROGRESS) {
        end(c, strerror(errno));
        return;
    }
    c->wants_out = 1;
    watch(c, EPOLL_CTL_ADD);
}

static void open_more(void) {
    static int next;
    for (int looked = 0; opening < concurrency && looked < count; looked++) {
        struct conn *c = &conns[next];
        next = (next + 1) % count;
        if (mode == CONNECT && c->state == DEAD) c->state = UNUSED, c->tries = 0;
        if (c->state == UNUSED) open_one(c);
    }
}

static void serve(struct conn *c, uint32_t events) {
    if (c->fd < 0) return;
    if (c->state == CONNECTING) {
        if (events & (EPOLLERR | EPOLLHUP)) {
            end(c, "connection refused or reset");
            return;
        }
        c->wants_out = 0;
        watch(c, EPOLL_CTL_MOD);
        shake(c);
        return;
    }
    if ((events & EPOLLOUT) && flush(c)) return;
    if (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) readable(c);
}

static void turn(int milliseconds) {
    static struct epoll_event events[2048];
    int found = epoll_wait(poll_fd, events, 2048, milliseconds);
    now = clock_ns();
    for (int i = 0; i < found; i++) {
        uint64_t ticks;
        if ((i & 63) == 63) now = clock_ns();
        if (events[i].data.ptr)
            serve(events[i].data.ptr, events[i].events);
        else if (read(timer_fd, &ticks, sizeof ticks) < 0 && errno != EAGAIN)
            die("timer: %s", strerror(errno));
    }
}

static void turn_until(int64_t then) {
    while (now < then) turn(20);
}

/* The modes. */

static void run_connect(void) {
    double server = 0, own = 0;
    int64_t began = now + ns(warmup), until = began + ns(duration);
    while (now < until) {
        if (!is_measuring && now >= began) {
            is_measuring = 1, handshakes = 0, errors = 0, delay_count = 0, delay_max = 0;
            memset(delays, 0, sizeof delays);
            server = server_cpu(), own = own_cpu(), began = now;
        }
        open_more();
        turn(10);
    }
    double seconds = (double)(now - began) / SECOND, used = server_cpu() - server;
    printf(
        "{\"seconds\":%.3f,\"handshakes\":%llu,\"handshakes_per_s\":%.1f,"
        "\"p50_us\":%.1f,\"p99_us\":%.1f,\"errors\":%d,"
        "\"srv_cpu\":%.3f,\"per_srv_cpu_s\":%.1f,\"gen_cpu\":%.3f}\n",
        seconds, (unsigned long long)handshakes, handshakes / seconds, percentile_us(.5), percentile_us(.99),
        errors, used / seconds, used > 0 ? handshakes / used : 0, (own_cpu() - own) / seconds);
}

static void run_idle(void) {
    printf("HOLDING %d\n", ready);
    fflush(stdout);
    double server = server_cpu();
    int64_t began = now;
    turn_until(now + ns(hold));
    double seconds = (double)(now - began) / SECOND;
    printf("{\"connections\":%d,\"closed\":%d,\"errors\":%d,\"idle_srv_cpu\":%.4f}\n", ready, closed, errors,
           (server_cpu() - server) / seconds);
}

static void start_timer(int64_t at) {
    int64_t interval = (int64_t)(SECOND / rate) < 100000 ? 100000 : (int64_t)(SECOND / rate);
    struct itimerspec spec = {.it_interval = {interval / SECOND, interval % SECOND},
                              .it_value = {at / SECOND, at % SECOND}};
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = NULL};
    timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, timer_fd, &event);
    timerfd_settime(timer_fd, TFD_TIMER_ABSTIME, &spec, NULL);
}

/* Who speaks next, in turns. */
static struct conn *next_sender(void) {
    static int turn_of;
    int speakers = mode == BROADCAST ? senders : mode == DIRECT ? count / 2 : count;
    struct conn *c = &conns[mode == DIRECT ? 2 * turn_of : turn_of];
    turn_of = (turn_of + 1) % speakers;
    return c;
}

/* Sends what was due by now: stamped with when it was due, a late answer hides no other. */
static void send_due(int64_t began) {
    static uint64_t done;
    while ((now - began) / (double)SECOND * rate >= done) {
        struct conn *c = next_sender();
        int64_t due = began + (int64_t)(done++ * (SECOND / rate));
        if (c->state == READY) send_message(c, due);
    }
}

/* Keeps the window full: of the whole room, or of each connection. */
static void send_window(void) {
    if (mode == BROADCAST) {
        uint64_t most = (uint64_t)window * senders * count;
        for (int i = 0; i < window * senders && expected - written_off - got < most; i++) {
            struct conn *c = next_sender();
            if (c->state == READY) send_message(c, clock_ns());
        }
        return;
    }
    for (int i = 0; i < count; i += mode == DIRECT ? 2 : 1)
        while (conns[i].state == READY && conns[i].in_flight < window) send_message(&conns[i], clock_ns());
}

static void write_off(void) {
    stalls++;
    written_off = expected - got;
    if (mode != BROADCAST)
        for (int i = 0; i < count; i++) conns[i].in_flight = 0;
}

static uint64_t missing(void) {
    uint64_t all = 0, lost = 0;
    if (mode != BROADCAST) return expected > got ? expected - got : 0;
    for (int i = 0; i < senders; i++) all += conns[i].sent;
    for (int i = 0; i < count; i++)
        if (conns[i].state == READY && all > conns[i].got) lost += all - conns[i].got;
    return lost;
}

static void drain(void) {
    int64_t last = now, most = now + 4 * DRAIN;
    uint64_t seen = got;
    while (got < expected && now < most && now - last < DRAIN) {
        turn(20);
        if (got != seen) seen = got, last = now;
    }
}

static void run_messages(void) {
    int64_t began = clock_ns() + SECOND / 1000, from = began + ns(warmup), until = from + ns(duration),
            last = began;
    uint64_t seen = 0, got_before = 0, sent_before = 0;
    double server = 0, own = 0;
    is_sending = 1;
    if (rate > 0) start_timer(began);
    while (now < until && ready) {
        if (!is_measuring && now >= from) {
            is_measuring = 1, got_before = got, sent_before = sent;
            server = server_cpu(), own = own_cpu();
            from = now, until = now + ns(duration);
        }
        if (rate <= 0)
            send_window();
        else if (now >= began)
            send_due(began);
        turn(rate > 0 ? 20 : 100);
        if (got != seen)
            seen = got, last = now;
        else if (rate <= 0 && now - last > STALL && expected > got + written_off)
            write_off(), last = now;
    }
    double seconds = (double)(now - from) / SECOND, used = server_cpu() - server, loaded = own_cpu() - own;
    uint64_t delivered = got - got_before, said = sent - sent_before;
    is_measuring = 0;
    drain();
    printf(
        "{\"seconds\":%.3f,\"connected\":%d,\"sent\":%llu,\"deliveries\":%llu,\"deliveries_per_s\":%.1f,"
        "\"p50_us\":%.1f,\"p95_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.1f,"
        "\"missing\":%llu,\"duplicates\":%llu,\"gaps\":%llu,\"other_frames\":%llu,"
        "\"closed\":%d,\"errors\":%d,\"stalls\":%llu,"
        "\"srv_cpu\":%.3f,\"per_srv_cpu_s\":%.1f,\"gen_cpu\":%.3f}\n",
        seconds, ready + closed, (unsigned long long)said, (unsigned long long)delivered, delivered / seconds,
        percentile_us(.5), percentile_us(.95), percentile_us(.99), delay_max / 1000.0,
        (unsigned long long)missing(), (unsigned long long)duplicates, (unsigned long long)gaps,
        (unsigned long long)other_frames, closed, errors, (unsigned long long)stalls, used / seconds,
        used > 0 ? delivered / used : 0, loaded / seconds);
}

/* Start. */

static char **lines(const char *name, int *length) {
    FILE *file = fopen(name, "r");
    char **found = NULL, *line = NULL;
    size_t room = 0;
    ssize_t read;
    if (!file) die("%s: %s", name, strerror(errno));
    while ((read = getline(&line, &room, file)) > 0) {
        while (read && isspace((unsigned char)line[read - 1])) line[--read] = 0;
        if (!read) continue;
        found = must(realloc(found, (*length + 1) * sizeof *found));
        found[(*length)++] = strdup(line);
    }
    free(line);
    fclose(file);
    return found;
}

static enum mode read_mode(const char *name) {
    for (int i = 0; i <= IDLE; i++)
        if (!strcmp(name, mode_names[i])) return i;
    die("there is no mode %s", name);
    return IDLE;
}

static void read_pids(char *list) {
    for (char *each = strtok(list, ","); each && pid_count < 256; each = strtok(NULL, ","))
        pids[pid_count++] = atoi(each);
}

static void read_options(int argc, char **argv) {
    enum {
        PATH = 256,
        HEADER,
        TEMPLATE,
        TOKENS,
        TO,
        WARMUP,
        SETTLE,
        TIMEOUT,
        HOLD,
        CONCURRENCY,
        SOURCES,
        SAMPLE,
        PID
    };
    static const struct option known[] = {{"path", 1, 0, PATH},
                                          {"header", 1, 0, HEADER},
                                          {"template", 1, 0, TEMPLATE},
                                          {"tokens", 1, 0, TOKENS},
                                          {"to", 1, 0, TO},
                                          {"warmup", 1, 0, WARMUP},
                                          {"settle", 1, 0, SETTLE},
                                          {"timeout", 1, 0, TIMEOUT},
                                          {"hold", 1, 0, HOLD},
                                          {"concurrency", 1, 0, CONCURRENCY},
                                          {"sources", 1, 0, SOURCES},
                                          {"sample", 1, 0, SAMPLE},
                                          {"pid", 1, 0, PID},
                                          {0}};
    int option;
    while ((option = getopt_long(argc, argv, "m:p:n:k:w:r:s:d:", known, NULL)) != -1) switch (option) {
            case 'm': mode = read_mode(optarg); break;
            case 'p': port = atoi(optarg); break;
            case 'n': count = atoi(optarg); break;
            case 'k': senders = atoi(optarg); break;
            case 'w': window = atoi(optarg); break;
            case 'r': rate = atof(optarg); break;
            case 's': size = atoi(optarg); break;
            case 'd': duration = atof(optarg); break;
            case PATH: path = optarg; break;
            case HEADER:
                if (header_count < 16) headers[header_count++] = optarg;
                break;
            case TEMPLATE: template = optarg; break;
            case TOKENS: tokens = lines(optarg, &token_count); break;
            case TO: recipients = lines(optarg, &recipient_count); break;
            case WARMUP: warmup = atof(optarg); break;
            case SETTLE: settle = atof(optarg); break;
            case TIMEOUT: timeout_s = atof(optarg); break;
            case HOLD: hold = atof(optarg); break;
            case CONCURRENCY: concurrency = atoi(optarg); break;
            case SOURCES: sources = atoi(optarg); break;
            case SAMPLE: sample = atoi(optarg); break;
            case PID: read_pids(optarg); break;
            default: exit(2);
        }
}

static void set_up(void) {
    struct rlimit files;
    signal(SIGPIPE, SIG_IGN);
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (size < STAMP_SIZE) size = STAMP_SIZE;
    if (mode == CONNECT) count = concurrency;
    if (senders > count) senders = count;
    payload = must(malloc(size));
    memset(payload, 'x', size);
    memcpy(payload, MARKER, MARKER_SIZE);
    conns = must(calloc(count, sizeof *conns));
    for (int i = 0; i < count; i++) {
        conns[i].index = i, conns[i].fd = -1;
        if (mode == BROADCAST) conns[i].next = must(calloc(senders, sizeof(uint32_t)));
    }
    poll_fd = epoll_create1(EPOLL_CLOEXEC);
    now = clock_ns();
}

int main(int argc, char **argv) {
    read_options(argc, argv);
    set_up();
    if (mode == CONNECT) {
        run_connect();
        return 0;
    }
    for (int64_t until = now + ns(timeout_s); ready + given_up + closed < count && now < until;) {
        open_more();
        turn(20);
    }
    if (ready < count) fprintf(stderr, "wsload: only %d of %d connected\n", ready, count);
    if (!ready) {
        printf("{\"error\":\"no connection\",\"errors\":%d}\n", errors);
        return 0;
    }
    turn_until(now + ns(settle));
    if (mode == IDLE)
        run_idle();
    else
        run_messages();
    return 0;
}
