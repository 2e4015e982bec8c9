// Line icons on a 24 by 24 grid, drawn in the colour of the text beside them.

const NS = "http://www.w3.org/2000/svg";

const PATHS = {
  alert: "M12 8v5 M12 16.5v.1 M12 3.5 2.8 19.5h18.4z",
  back: "M15 5l-7 7 7 7",
  camera: "M4 8.5A1.5 1.5 0 0 1 5.5 7H8l1.5-2.5h5L16 7h2.5A1.5 1.5 0 0 1 20 8.5v9a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17.5z M12 16a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6",
  check: "M5 12.5l4.5 4.5L19 7.5",
  checks: "M2.5 12.5l4 4L15 7.5 M12 15.2l1.5 1.3L21.5 7.5",
  clock: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17 M12 7.5V12l3 2",
  close: "M6 6l12 12 M18 6L6 18",
  down: "M12 5v13 M6 12.5l6 6 6-6",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12 M12 14.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6",
  hidden: "M4 4l16 16 M9.5 5.9A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a17 17 0 0 1-2.8 3.5 M6.5 7.3A16 16 0 0 0 2.5 12S6 18.5 12 18.5a9 9 0 0 0 4.3-1.1",
  language: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17 M3.5 12h17 M12 3.5c5 5 5 12 0 17c-5-5-5-12 0-17",
  lobby: "M4 6.5A2.5 2.5 0 0 1 6.5 4h7A2.5 2.5 0 0 1 16 6.5v3a2.5 2.5 0 0 1-2.5 2.5H9l-5 3.5z M19 9.5a2 2 0 0 1 1 1.7V20l-4-3h-5a2 2 0 0 1-1.7-1",
  refresh: "M19.5 12a7.5 7.5 0 1 1-2.2-5.3L19.5 9 M19.5 4.5V9H15",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13 M15.3 15.3L20 20",
  send: "M4.5 12h14 M12.5 6l6 6-6 6",
  settings: "M4 7h9 M17 7h3 M15 5v4 M4 17h3 M11 17h9 M9 15v4",
};

export function icon(name) {
  const svg = document.createElementNS(NS, "svg");
  const path = document.createElementNS(NS, "path");
  path.setAttribute("d", PATHS[name]);
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" })) {
    svg.setAttribute(key, value);
  }
  svg.append(path);
  return svg;
}
