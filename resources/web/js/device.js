// What this browser is called in the list of sessions: words that are the same in every language.

const BROWSERS = {
  "MicroMessenger/": "WeChat", "Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "FxiOS/": "Firefox",
  "CriOS/": "Chrome", "Chrome/": "Chrome", "Safari/": "Safari",
};
const SYSTEMS = {
  iPhone: "iPhone", iPad: "iPad", Android: "Android", "Mac OS X": "macOS", Windows: "Windows", CrOS: "ChromeOS", Linux: "Linux",
};

// In order: Edge says that it is Chrome, and Chrome that it is Safari.
const said = (names) => Object.entries(names).find(([sign]) => navigator.userAgent.includes(sign))?.[1];

export const deviceName = () => [said(BROWSERS), said(SYSTEMS)].filter(Boolean).join(", ");
