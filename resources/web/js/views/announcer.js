// What a screen reader says without being asked. The region stands in the page from the start;
// several lines of one moment are said together.

const PAUSE_MS = 400;
const MOST = 5;

let lines = [];
let timer = 0;

export function announce(line) {
  lines = [...lines, line].slice(-MOST);
  timer ||= setTimeout(() => {
    timer = 0;
    const region = document.getElementById("announcer");
    region.replaceChildren(...lines.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
    lines = [];
  }, PAUSE_MS);
}
