// Ids carry their kind on the socket ("u:42", "c:7"); paths of the HTTP side take the bare part.

export const bare = (id) => String(id).replace(/^[a-z]:/, "");
export const userId = (id) => `u:${bare(id)}`;
export const conversationId = (id) => `c:${bare(id)}`;

export const LOBBY = "c:1";
export const SYSTEM = "system"; // who speaks where no user does

// randomUUID exists in secure contexts only, and a phone on the same network has plain http.
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
