// Sends decisions until they are stored: kept in the browser with a request id, tried again, stored once by the server.

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
const place = `qadam:${meta("qadam-place")}`; // by folder, work and annotator: no other page may send what waits here
const PATIENCE = 10000; // milliseconds until a request that got no answer is sent again
export const LOCKED = [401, 403, 421]; // the door is shut: the decision waits in the browser for the right address

/** Decisions of this annotator in this folder that are not known to be stored, oldest first. */
export function unsaved() {
  try {
    return JSON.parse(localStorage.getItem(place) ?? "[]");
  } catch {
    return [];
  }
}

function keep(decisions) {
  try {
    localStorage.setItem(place, JSON.stringify(decisions));
  } catch {
    // without storage (private windows) the decision lives in this page alone
  }
}

/** An id that no other decision has; the kind that needs no secure context. */
export function requestId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What the server answers to one request; throws where it gave no answer. */
export async function ask(address, decision) {
  const options = decision && {
    method: "POST",
    headers: { "content-type": "application/json", "x-qadam-check": meta("qadam-check") },
    body: JSON.stringify(decision),
  };
  const answer = await fetch(address, { ...options, signal: AbortSignal.timeout(PATIENCE) });
  if (answer.status >= 500) throw new Error(String(answer.status));
  const type = answer.headers.get("content-type") ?? "";
  const content = type.startsWith("application/json") ? await answer.json() : { error: (await answer.text()).slice(0, 300) };
  return { ok: answer.ok, status: answer.status, ...content };
}

/**
 * Store a decision: resolves to the server's answer, however long that takes. `waiting` is called when a try failed.
 * A decision that the server refuses is not kept; the answer says why. What is stored replaces whatever else waits for
 * its item; a decision made before one that is stored already is refused (409), by the number of the last one it knew of.
 */
export async function store(decision, waiting) {
  keep([...unsaved().filter((one) => one.request !== decision.request), decision]);
  for (let pause = 500; ; pause = Math.min(pause * 2, 8000)) {
    try {
      const answer = await ask("/decide", decision);
      if (answer.ok) keep(unsaved().filter((one) => one.item !== decision.item));
      else if (!LOCKED.includes(answer.status)) keep(unsaved().filter((one) => one.request !== decision.request));
      return answer;
    } catch {
      waiting();
      await new Promise((go) => {
        const timer = setTimeout(go, pause);
        addEventListener("online", () => (clearTimeout(timer), go()), { once: true });
      });
    }
  }
}
