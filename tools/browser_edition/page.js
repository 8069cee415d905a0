// What a page of the browser edition does beside JupyterLite, before that begins:
// it gives a newer lesson to a learner who changed nothing in theirs, and it says what they wait for.

const STORE = "JupyterLite Storage - ";
const OPENING = "The page is opening …";
const FETCHING = "Python is being fetched, about 30 MB. That takes a while, the first time only. "
  + "Read on: cells that you run wait for it.";
const STARTING = "Python is starting. Read on: cells that you run wait for it.";
const BEEN_HERE = "see-the-loop-been-here", HANDED_OUT = "see-the-loop-handed-out";

/* -- lessons ---------------------------------------------------------------------------------- */

/** A fingerprint of what is written in a lesson, not of its outputs; contents.py makes the same. */
async function fingerprint(lesson) {
  const text = (source) => [source].flat().join("");
  const written = lesson.cells.map((cell) => text(cell.source)).join("\0");
  const sum = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(written));
  return [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const answered = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** Where JupyterLite keeps a visitor's files; nothing if there is no such place yet. */
async function files(mode) {
  const root = new URL("..", location.href);
  const names = [STORE + root.pathname, STORE + root.href];
  const found = (await indexedDB.databases()).find(({ name }) => names.includes(name));
  if (!found) return null;
  const base = await answered(indexedDB.open(found.name));
  if (!base.objectStoreNames.contains("files")) return null;
  return { base, store: base.transaction("files", mode).objectStore("files") };
}

async function kept(key) {
  const opened = await files("readonly");
  if (!opened) return null;
  const found = await answered(opened.store.get(key));
  opened.base.close();
  return found?.content?.cells ? found.content : null;
}

async function forget(key) {
  const opened = await files("readwrite");
  await answered(opened.store.delete(key));
  opened.base.close();
}

/** A copy in which nothing was changed since it was handed out makes way for a newer lesson. */
async function bringNewerLessons() {
  const root = new URL("..", location.href);
  const current = await (await fetch(new URL("lessons.json", root), { cache: "no-cache" })).json();
  const handedOut = JSON.parse(localStorage.getItem(HANDED_OUT) ?? "{}");
  for (const [key, now] of Object.entries(current)) {
    const copy = await kept(key);
    const theirs = copy && await fingerprint(copy);
    if (copy && theirs !== now && theirs !== handedOut[key]) continue;
    if (copy && theirs !== now) await forget(key);
    if (handedOut[key] && handedOut[key] !== now) {  // nor may the browser's cache have an old one
      await fetch(new URL(`files/${key}`, root), { cache: "reload" });
    }
    handedOut[key] = now;
  }
  localStorage.setItem(HANDED_OUT, JSON.stringify(handedOut));
}

/* -- what one waits for ----------------------------------------------------------------------- */

function makeLine() {
  const line = document.createElement("div");
  line.setAttribute("role", "status");
  line.id = "see-the-loop-waits";
  line.style.cssText = "position:fixed;bottom:0;left:0;right:0;z-index:10000;padding:.5em 1em;"
    + "font:15px/1.4 system-ui,sans-serif;background:#0b3c5d;color:#fff;text-align:center";
  document.body.append(line);
  return line;
}

function sayWhatWeWaitFor() {
  const line = makeLine();
  const fetching = localStorage.getItem(BEEN_HERE) ? STARTING : FETCHING;
  const look = () => {
    const widget = window.jupyterapp?.shell?.currentWidget;
    const session = widget?.context?.sessionContext;
    const status = session?.session?.kernel?.status;
    if (status === "idle") localStorage.setItem(BEEN_HERE, "yes");
    const over = widget && (!session || status === "idle");
    const says = over ? "" : (session ? fetching : OPENING);
    if (line.textContent !== says) line.textContent = says;
    line.hidden = over;
    if (!over) setTimeout(look, 200);
  };
  look();
}

try {
  sayWhatWeWaitFor();
  await bringNewerLessons();
} catch (problem) {  // a browser that keeps nothing, say: the course goes on without
  console.warn("See the Loop:", problem);
}
