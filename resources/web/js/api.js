// The HTTP side. A browser signs in by an HttpOnly cookie; what it may read is the CSRF token,
// which every request that changes something carries back.

import { deviceName } from "./device.js";
import { Events } from "./events.js";
import { language } from "./i18n.js";

const ROOT = "/api/v1";
const SAFE = new Set(["GET", "HEAD"]);
const PATIENCE_MS = 20_000;

// "unauthenticated": the session has ended; "already": another window of this browser has one.
export const api = new Events();

// What the server refused, as RFC 9457 tells it; status 0: no answer came.
export class Problem extends Error {
  constructor(status, body = {}) {
    super(body.detail ?? body.title ?? body.code ?? `status ${status}`);
    this.status = status;
    this.code = body.code ?? (status === 0 ? "network" : "unknown");
    this.detail = body.detail ?? body.title ?? "";
    this.fields = body.errors ?? {};
    this.retryAfter = body.retry_after ?? null;
  }
}

export function csrfToken() {
  return /(?:^|;\s*)(?:__Host-)?parley_csrf=([^;]+)/.exec(document.cookie)?.[1] ?? null;
}

async function send(method, path, body) {
  const headers = {
    Accept: "application/json",
    "Accept-Language": language,
    "X-Auth-Mode": "cookie",
  };
  const token = SAFE.has(method) ? null : csrfToken();
  if (token) headers["X-CSRF-Token"] = decodeURIComponent(token);
  if (body !== undefined && !(body instanceof FormData)) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(body);
  }
  try {
    return await fetch(ROOT + path, {
      method,
      headers,
      body,
      credentials: "same-origin",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw new Problem(0);
  }
}

async function json(response) {
  try {
    return await response.json();
  } catch {
    return {};
  }
}

async function ask(method, path, body) {
  const response = await send(method, path, body);
  if (response.status === 204) return {};
  const answer = await json(response);
  if (response.ok) return answer;
  const problem = new Problem(response.status, answer);
  if (problem.status === 401 && !path.startsWith("/auth/login/")) api.emit("unauthenticated");
  if (problem.code === "guest.only") api.emit("already");
  throw problem;
}

const data = async (...request) => (await ask(...request)).data;
const query = (fields) => new URLSearchParams(fields).toString();

export const captcha = () => data("POST", "/auth/captcha", { kind: "digits" });
export const sendCode = (way, form) => data("POST", `/auth/verify-codes/${way}`, form);
const named = (form) => ({ ...form, device_name: deviceName() });
export const signUp = (way, form) => data("POST", `/auth/signup/${way}`, named(form));
export const signIn = (way, form) => data("POST", `/auth/login/${way}`, named(form));
export const resetPassword = (way, form) => data("POST", `/auth/password-reset/${way}`, form);
export const signOut = () => data("POST", "/auth/logout", {});

export const sessions = () => data("GET", "/auth/sessions");
export const endSession = (id) => data("DELETE", `/auth/sessions/${encodeURIComponent(id)}`);

export const me = () => data("GET", "/users/me");
export const patchMe = (changes) => data("PATCH", "/users/me", changes);
export const person = (id) => data("GET", `/users/${encodeURIComponent(id)}`);
export const people = (name, page) =>
  ask("GET", `/users?${query({ page, per_page: 30, ...(name ? { "filter[name]": name } : {}) })}`);

export const removeAvatar = () => data("DELETE", "/users/me/avatar");
export function putAvatar(file) {
  const form = new FormData();
  form.append("file", file);
  return data("PUT", "/users/me/avatar", form);
}

// Pages of a conversation by seq; answers {messages, more}.
export async function messages(conversation, window) {
  const path = `/conversations/${encodeURIComponent(conversation)}/messages?${query(window)}`;
  const answer = await ask("GET", path);
  const more = answer.pager?.has_more ?? answer.has_more ?? false;
  return { messages: answer.data.toSorted((a, b) => a.seq - b.seq), more };
}
