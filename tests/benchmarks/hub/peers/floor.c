/* floor is about what a machine can do: a bare epoll hub, one thread, that looks into no message and keeps no
 * promise. What is read in one loop turn goes out in one send() to each; /echo answers the sender alone. It
 * answers the one key that wsload sends, so it needs no SHA-1: a floor for handshakes, too.
 *
 *   floor PORT */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST_FRAME (1 << 24)
#define ACCEPTED                           \
    "HTTP/1.1 101 Switching Protocols\r\n" \
    "Upgrade: websocket\r\n"               \
    "Connection: Upgrade\r\n"              \
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"

struct buffer {
    char *data;
    int size, room, done;
};

struct client {
    int fd, is_open, is_echo, is_dead, wants_out, place; /* place: among the members, or -1 */
    struct buffer in, out;
};

static int poll_fd, member_count, member_room, dead_count, dead_room;
static struct client **members, **dead;
static struct buffer tick; /* what goes to every member at the end of this turn */

static void append(struct buffer *b, const char *data, int length) {
    if (!length) return;
    if (b->size + length > b->room) {
        b->room = (b->size + length) * 2;
        b->data = realloc(b->data, b->room);
    }
    memcpy(b->data + b->size, data, length);
    b->size += length;
}

static void release(struct buffer *b) {
    free(b->data);
    *b = (struct buffer){0};
}

static struct client **more(struct client **list, int count, int *room) {
    if (count < *room) return list;
    *room = *room ? *room * 2 : 1024;
    return realloc(list, *room * sizeof *list);
}

static void watch(struct client *c, int how) {
    struct epoll_event event = {.events = EPOLLIN | (c->wants_out ? EPOLLOUT : 0), .data.ptr = c};
    epoll_ctl(poll_fd, how, c->fd, &event);
}

static void join(struct client *c) {
    members = more(members, member_count, &member_room);
    c->place = member_count;
    members[member_count++] = c;
}

/* Freed at the end of the turn: an event of this one may still name it. */
static void drop(struct client *c) {
    if (c->is_dead) return;
    c->is_dead = 1;
    close(c->fd);
    if (c->place >= 0) {
        members[c->place] = members[--member_count];
        members[c->place]->place = c->place;
    }
    dead = more(dead, dead_count, &dead_room);
    dead[dead_count++] = c;
}

static void give(struct client *c, const char *data, int length) {
    ssize_t taken = 0;
    if (c->is_dead) return;
    if (c->out.done == c->out.size) {
        taken = send(c->fd, data, length, MSG_NOSIGNAL);
        if (taken == length) return;
        if (taken < 0 && errno != EAGAIN) {
            drop(c);
            return;
        }
        if (taken < 0) taken = 0;
        c->out.done = c->out.size = 0;
    }
    append(&c->out, data + taken, length - taken);
    if (!c->wants_out) {
        c->wants_out = 1;
        watch(c, EPOLL_CTL_MOD);
    }
}

static void flush(struct client *c) {
    while (c->out.done < c->out.size) {
        ssize_t taken = send(c->fd, c->out.data + c->out.done, c->out.size - c->out.done, MSG_NOSIGNAL);
        if (taken < 0) {
            if (errno != EAGAIN) drop(c);
            return;
        }
        c->out.done += taken;
    }
    c->out.done = c->out.size = c->wants_out = 0;
    watch(c, EPOLL_CTL_MOD);
}

/* Writes the head of an unmasked frame, and answers its size. */
static int write_head(char *to, int opcode, uint64_t length) {
    int digits = length < 126 ? 0 : length < 65536 ? 2 : 8;
    to[0] = (char)(0x80 | opcode);
    to[1] = (char)(digits == 0 ? length : digits == 2 ? 126 : 127);
    for (int i = 0; i < digits; i++) to[2 + i] = (char)(length >> 8 * (digits - 1 - i));
    return 2 + digits;
}

static void answer(struct client *c, int opcode, const char *data, int length) {
    char head[10];
    int size = write_head(head, opcode, length);
    give(c, head, size);
    give(c, data, length);
}

static void take_frame(struct client *c, int opcode, char *data, int length) {
    static struct buffer frame;
    char head[10];
    int size = write_head(head, opcode, length);
    if (opcode == 8) {
        answer(c, 8, data, length < 2 ? 0 : 2);
        drop(c);
    } else if (opcode == 9) {
        answer(c, 10, data, length);
    } else if (opcode < 8 && c->is_echo) {
        frame.size = 0;
        append(&frame, head, size);
        append(&frame, data, length);
        give(c, frame.data, frame.size);
    } else if (opcode < 8) {
        append(&tick, head, size);
        append(&tick, data, length);
    }
}

/* Takes the frame at *data*; answers its size, or 0 where it is not whole. */
static int take_one(struct client *c, char *data, int64_t have) {
    unsigned char *u = (void *)data;
    if (have < 6) return 0;
    int digits = (u[1] & 127) < 126 ? 0 : (u[1] & 127) == 126 ? 2 : 8, head = 2 + digits + 4;
    uint64_t length = digits ? 0 : u[1] & 127;
    if (have < head) return 0;
    for (int i = 0; i < digits; i++) length = length << 8 | u[2 + i];
    if (length > MOST_FRAME) {
        drop(c);
        return 0;
    }
    if (have - head < (int64_t)length) return 0;
    for (uint64_t i = 0; i < length; i++) data[head + i] ^= data[head - 4 + (i & 3)];
    take_frame(c, u[0] & 15, data + head, (int)length);
    return head + (int)length;
}

static int take_request(struct client *c, char *data, int have) {
    char *finish = memmem(data, have, "\r\n\r\n", 4);
    if (!finish) return 0;
    c->is_open = 1;
    c->is_echo = !strncmp(data, "GET /echo", 9);
    if (!c->is_echo) join(c);
    give(c, ACCEPTED, sizeof ACCEPTED - 1);
    return (int)(finish + 4 - data);
}

static void readable(struct client *c) {
    static char bytes[1 << 16];
    ssize_t length = recv(c->fd, bytes, sizeof bytes, 0);
    int used = 0, taken = 1;
    if (length < 0 && errno == EAGAIN) return;
    if (length <= 0) {
        drop(c);
        return;
    }
    append(&c->in, bytes, length);
    while (taken && !c->is_dead) {
        char *data = c->in.data + used;
        taken = c->is_open ? take_one(c, data, c->in.size - used) : take_request(c, data, c->in.size - used);
        used += taken;
    }
    memmove(c->in.data, c->in.data + used, c->in.size - used);
    c->in.size -= used;
    if (!c->in.size) release(&c->in); /* an idle client holds nothing */
}

static void accept_all(int listener) {
    int one = 1;
    for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
        struct client *c = calloc(1, sizeof *c);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        c->fd = fd, c->place = -1;
        watch(c, EPOLL_CTL_ADD);
    }
}

static void end_turn(void) {
    for (int i = member_count - 1; tick.size && i >= 0; i--) give(members[i], tick.data, tick.size);
    tick.size = 0;
    for (int i = 0; i < dead_count; i++) {
        release(&dead[i]->in);
        release(&dead[i]->out);
        free(dead[i]);
    }
    dead_count = 0;
}

static int listen_on(int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (void *)&at, sizeof at) || listen(fd, 4096)) {
        perror("bind");
        exit(1);
    }
    return fd;
}

int main(int argc, char **argv) {
    static struct epoll_event events[1024];
    struct epoll_event first = {.events = EPOLLIN, .data.ptr = NULL};
    struct rlimit files;
    if (argc != 2) return 2;
    signal(SIGPIPE, SIG_IGN);
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    int listener = listen_on(atoi(argv[1]));
    poll_fd = epoll_create1(0);
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener, &first);
    for (;;) {
        int found = epoll_wait(poll_fd, events, 1024, -1);
        for (int i = 0; i < found; i++) {
            struct client *c = events[i].data.ptr;
            if (!c) accept_all(listener);
            if (c && !c->is_dead && (events[i].events & EPOLLOUT)) flush(c);
            if (c && !c->is_dead && (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))) readable(c);
        }
        end_turn();
    }
}
