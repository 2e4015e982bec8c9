// gohub is the peer gorilla/websocket, after the library's own example of a chat: a manager with channels for
// register, unregister and broadcast; a reader and a writer for each client; one frame for each message.
// A client whose channel is full is dropped. /echo answers the sender alone.
//
//	gohub PORT
package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"log"
	"net/http"
	"os"

	"github.com/gorilla/websocket"
)

const backlog = 256 // messages that wait for one client

type message struct {
	Sender    string `json:"sender,omitempty"`
	Recipient string `json:"recipient,omitempty"`
	Content   string `json:"content,omitempty"`
}

type client struct {
	id     string
	socket *websocket.Conn
	send   chan []byte
}

type manager struct {
	clients              map[*client]bool
	broadcast            chan []byte
	register, unregister chan *client
}

var upgrader = websocket.Upgrader{
	ReadBufferSize:  1024,
	WriteBufferSize: 1024,
	CheckOrigin:     func(*http.Request) bool { return true },
}

func (m *manager) run() {
	for {
		select {
		case c := <-m.register:
			m.clients[c] = true
		case c := <-m.unregister:
			m.drop(c)
		case text := <-m.broadcast:
			for c := range m.clients {
				select {
				case c.send <- text:
				default:
					m.drop(c)
				}
			}
		}
	}
}

func (m *manager) drop(c *client) {
	if m.clients[c] {
		delete(m.clients, c)
		close(c.send)
	}
}

func (m *manager) read(c *client) {
	defer func() { m.unregister <- c; c.socket.Close() }()
	for {
		_, text, err := c.socket.ReadMessage()
		if err != nil {
			return
		}
		wrapped, err := json.Marshal(&message{Sender: c.id, Content: string(text)})
		if err != nil {
			return
		}
		m.broadcast <- wrapped
	}
}

func (c *client) write() {
	defer c.socket.Close()
	for text := range c.send {
		if c.socket.WriteMessage(websocket.TextMessage, text) != nil {
			return
		}
	}
	c.socket.WriteMessage(websocket.CloseMessage, []byte{})
}

func (m *manager) serve(w http.ResponseWriter, r *http.Request) {
	socket, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	id := make([]byte, 16)
	rand.Read(id)
	c := &client{hex.EncodeToString(id), socket, make(chan []byte, backlog)}
	m.register <- c
	go m.read(c)
	go c.write()
}

func echo(w http.ResponseWriter, r *http.Request) {
	socket, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer socket.Close()
	for {
		kind, text, err := socket.ReadMessage()
		if err != nil || socket.WriteMessage(kind, text) != nil {
			return
		}
	}
}

func main() {
	m := &manager{map[*client]bool{}, make(chan []byte), make(chan *client), make(chan *client)}
	go m.run()
	http.HandleFunc("/", m.serve)
	http.HandleFunc("/echo", echo)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], nil))
}
