"""A device of somebody: it talks, follows, comes back, and writes down what it got."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from app.console.stress.notes import Ack, Delay, Frame, Notes, Said, View, now
from pkg.hub import CloseCode
from pkg.hub.checker import Reread, Sitting

IN_FLIGHT = 24
SILENCE = 4.0  # seconds after which a socket counts as dead, with a ping each second
AGAIN = 5.0  # seconds without an ack after which a message is sent again
SOON = 0.3  # the same after an error that names no time
DOUBLE, TWIN, DIRECT, REREAD, LONG = 0.03, 0.02, 0.4, 0.05, 0.04  # chances of each message
WHISPER_SECONDS = 3.2  # more often the hub drops some, and could say the others twice unseen
LONGEST = 6000
LOBBY: Final = "c:1"
TYPING: Final = orjson.dumps({"type": "typing", "conversation": LOBBY, "on": True})
EXPECTED: Final = frozenset({"store.unavailable", "store.busy", "hub.stopped"})
CUT = 1006  # RFC 6455 7.1.5: the connection went without a close frame
CLOSES: Final = frozenset(
    {
        CUT,
        CloseCode.GOING_AWAY,
        CloseCode.RESTART,
        CloseCode.SERVER_ERROR,  # the store was away before the welcome
        CloseCode.SESSION_ENDED,
        CloseCode.TOO_SLOW,
        CloseCode.UNAUTHENTICATED,  # a hello that was under way for too long
    }
)
BUGS: Final = frozenset({"internal", "catch-up"})


@dataclass(frozen=True, slots=True)
class Person:
    """A user: their address, the tokens of their sessions, and whom they know by `u:` or `c:`."""

    address: str
    tokens: Sequence[str]
    sessions: Sequence[str]
    recipients: Sequence[str]


class Device:
    """Keeps a socket to one of *doors*, and goes to any of them when it breaks.

    Every message keeps its id until its ack, over as many sockets as that takes.
    """

    def __init__(
        self, view: View, person: Person, doors: Sequence[int], notes: Notes, *, rng: random.Random
    ) -> None:
        self.view = view
        self.person = person
        self.unacked: dict[str, Frame] = {}
        self.is_quiet = False  # says nothing new
        self.reads = asyncio.Event()
        self.reads.set()
        self.door = rng.randrange(len(doors))
        self.rate = 1.0  # messages a second
        self.twin: Device | None = None
        self._doors = doors
        self._notes = notes
        self._rng = rng
        self._session = 0  # which of the person's
        self._refusals = 0
        self._sockets = 0
        self._due: dict[str, float] = {}
        self._sitting: Sitting | None = None
        self._epoch = ""
        self._whispered_at = 0.0
        self._rereading: dict[str, tuple[int, list[Frame]]] = {}
        self._missed: list[tuple[str, int, int]] = []  # conversation, after, count: gaps to read
        self._takes: Mapping[str, Callable[[Frame], None]] = {
            "welcome": self._welcomed,
            "message": self._got,
            "gap": self._got,
            "ack": self._acked,
            "error": self._refused,
            "synced": self._synced,
            "typing": self._heard,
        }

    @property
    def session(self) -> str:
        return self.person.sessions[self._session]

    async def live(self) -> None:
        """Talks and follows until it is cancelled."""
        while True:
            try:
                async with asyncio.timeout(SILENCE):
                    socket = await connect(
                        f"ws://127.0.0.1:{self._doors[self.door]}/ws",
                        subprotocols=[Subprotocol("chat.v1")],
                        ping_interval=None,
                        compression=None,
                        proxy=None,
                        max_queue=4,
                    )
                await self._sit(socket)
            except (OSError, WebSocketException, TimeoutError):
                pass  # that is what is being tried
            self.door = self._rng.randrange(len(self._doors))
            await asyncio.sleep(self._rng.uniform(0.05, 0.4))

    def say(self, recipient: str, content: str) -> None:
        """Says something to *recipient*, `c:7`, `u:42` or the lobby, as soon as it can."""
        id = str(uuid.UUID(int=self._rng.getrandbits(128), version=4))
        self._notes.said[id] = Said(
            view=self.view.name,
            sender=self.person.address,
            content=content,
            conversation=None if recipient.startswith("u:") else recipient or LOBBY,
            peer=recipient if recipient.startswith("u:") else None,
        )
        frame = {"type": "message", "id": id, "recipient": recipient, "content": content}
        self.repeat(frame)
        if self.twin is not None and self._rng.random() < TWIN:
            self.twin.repeat(frame)  # by both at once, and it is stored once

    def repeat(self, frame: Frame) -> None:
        """Sends *frame* as soon as there is a socket, and again until it is acked."""
        self.unacked[frame["id"]] = frame
        self._due[frame["id"]] = 0.0

    async def _sit(self, socket: ClientConnection) -> None:
        speaker: asyncio.Task[None] | None = None
        try:
            await self._hello(socket)
            speaker = asyncio.create_task(self._speak(socket))
            while True:
                await self.reads.wait()
                async with asyncio.timeout(SILENCE):
                    text = await socket.recv()
                if self._sitting is not None:
                    self._sitting.heard_at = now()
                frame: Frame = orjson.loads(text)
                if take := self._takes.get(frame["type"]):
                    take(frame)
        except ConnectionClosed:
            self._note_close(socket.close_code, socket.close_reason or "")
            raise
        finally:
            if speaker is not None:
                speaker.cancel()
                await asyncio.gather(speaker, return_exceptions=True)
            if self._sitting is not None:
                self._sitting.closed_at = now()
            self._sitting = None
            socket.transport.abort()

    async def _hello(self, socket: ClientConnection) -> None:
        self._rereading.clear()
        hello = {
            "type": "hello",
            "v": 1,
            "token": self.person.tokens[self._session],
            "device": self.view.name,
            "resume": self.view.cursors or {LOBBY: 0},
            "epoch": self._epoch,
        }
        await socket.send(orjson.dumps(hello), text=True)

    async def _speak(self, socket: ClientConnection) -> None:
        pinged = 0.0
        while True:
            if self._sitting is not None:
                await self._send_due(socket)
                await self._chatter(socket)
                if self._missed and self._missed[0][0] not in self._rereading:
                    await self._sync(socket, *self._missed.pop(0))
            if now() - pinged > SILENCE / 4:
                pinged = now()
                await socket.send(b'{"type":"ping"}', text=True)
            await asyncio.sleep(min(self._rng.expovariate(self.rate), 1.0))

    async def _send_due(self, socket: ClientConnection) -> None:
        at = now()
        for id in [id for id, due in self._due.items() if due <= at]:
            self._due[id] = at + AGAIN
            if (frame := self.unacked.get(id)) is None:
                continue  # acked while another was sent
            self._note_sent(id)
            for _ in range(2 if self._rng.random() < DOUBLE else 1):
                await socket.send(orjson.dumps(frame), text=True)

    async def _chatter(self, socket: ClientConnection) -> None:
        if self.is_quiet or len(self.unacked) >= IN_FLIGHT:
            return
        recipient = ""
        if self.person.recipients and self._rng.random() < DIRECT:
            recipient = self._rng.choice(self.person.recipients)
        size = LONGEST if self._rng.random() < LONG else 160
        self.say(recipient, f"{self.view.name} ".ljust(self._rng.randrange(20, size), "."))
        await self._send_due(socket)
        if now() - self._whispered_at > WHISPER_SECONDS:
            self._whispered_at = now()
            self._notes.told[self.person.address] += 1
            await socket.send(TYPING, text=True)
        if self._rng.random() < REREAD:
            await self._reread(socket)

    async def _reread(self, socket: ClientConnection) -> None:
        conversation = self._rng.choice(list(self.view.cursors))
        top = self.view.cursors[conversation]
        if top < 1 or conversation in self._rereading:
            return
        count = self._rng.randint(1, min(top, 50))
        await self._sync(socket, conversation, self._rng.randint(0, top - count), count)

    async def _sync(
        self, socket: ClientConnection, conversation: str, after: int, limit: int
    ) -> None:
        self._rereading[conversation] = (after, [])
        wanted = {"conversation": conversation, "after": after, "limit": limit}
        await socket.send(orjson.dumps({"type": "sync", **wanted}), text=True)

    def _welcomed(self, frame: Frame) -> None:
        at = now()
        self._sitting = Sitting(self.view.name, self.session, at, at, node=self.door)
        self._notes.sittings.append(self._sitting)
        self._refusals, self._epoch = 0, frame["epoch"]
        self._sockets += 1
        if not self.view.cursors:
            self._follow(LOBBY, 0)
        for place in frame["conversations"]:
            self._follow(place["id"], place["seq"])  # not named in the resume: from its top on
        for id in self._due:
            self._due[id] = 0.0  # its ack may have been lost with the last socket

    def _follow(self, conversation: str, cursor: int) -> None:
        self.view.starts.setdefault(conversation, cursor)
        self.view.cursors.setdefault(conversation, cursor)

    def _got(self, frame: Frame) -> None:
        conversation = frame["conversation"]
        is_message = frame["type"] == "message"
        self._follow(conversation, frame["seq"] - 1 if is_message else frame["have"])
        again = self._rereading.get(conversation)
        if again and is_message and frame["seq"] <= self.view.cursors[conversation]:
            again[1].append(frame)
            return
        self.view.frames[conversation].append(frame)
        self.view.cursors[conversation] = frame["seq"] if is_message else frame["first"] - 1
        if is_message:
            self._note_delay(frame["id"])
        elif frame["first"] > frame["have"] + 1:
            self._missed.append((conversation, frame["have"], frame["first"] - 1 - frame["have"]))

    def _synced(self, frame: Frame) -> None:
        after, frames = self._rereading.pop(frame["conversation"])
        one = Reread(self.view.name, after, frames, frame["to"])
        self.view.rereads[frame["conversation"]].append(one)

    def _acked(self, frame: Frame) -> None:
        id = frame["id"]
        ack = Ack(id, frame["conversation"], frame["seq"], now(), bool(frame.get("dup")))
        self._notes.acks.append(ack)
        self.unacked.pop(id, None)
        self._due.pop(id, None)

    def _refused(self, frame: Frame) -> None:
        code, id = frame["code"], frame.get("ref")
        self._notes.errors[code] += 1
        if code not in EXPECTED:
            self._notes.wrong.append(f"{self.view.name} was refused something with {code}")
        if id in self.unacked:
            self._due[id] = now() + max(SOON, frame.get("retry_after") or 0.0)

    def _heard(self, frame: Frame) -> None:
        if frame.get("on", True):
            # A socket each: who moves to a node that is late may hear there what it heard before.
            self._notes.heard[f"{self.view.name}#{self._sockets}", frame["user"]] += 1

    def _note_sent(self, id: str) -> None:
        said = self._notes.said[id]
        if said.view == self.view.name:
            said.tries += 1
            if said.node is None:
                said.at, said.node = now(), self.door

    def _note_delay(self, id: str) -> None:
        said, sitting = self._notes.said.get(id), self._sitting
        if said is None or said.node is None or sitting is None or said.view == self.view.name:
            return
        # One that came before the socket is read from the log: late, and rightly so.
        if sitting.opened_at < said.at and said.tries == 1:
            nodes = frozenset({said.node, sitting.node})
            self._notes.delays.append(Delay(self.view.name, said.view, said.at, now(), nodes))

    def _note_close(self, code: int | None, reason: str) -> None:
        self._notes.closes[f"{code} {reason}".strip()] += 1
        if code not in CLOSES or reason in BUGS:
            self._notes.wrong.append(f"{self.view.name} was closed with {code} {reason}")
        if code != CloseCode.SESSION_ENDED:
            return
        if self.session not in self._notes.ended:
            self._notes.wrong.append(f"{self.view.name} was closed with {code}, and is signed in")
        self._refusals += 1
        if self._refusals > 1:  # once more with what was revoked: it must not be let in
            self._session += 1
            self._refusals = 0
