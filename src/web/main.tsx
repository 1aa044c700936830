/** Makes the page's parts, plugs them together, and shows the first face. */
import { effect, signal } from "@preact/signals";
import { render } from "preact";

import "./styles/theme.css";
import "./styles/controls.css";
import "./styles/overview.css";
import "./styles/events.css";
import "./styles/details.css";
import "./styles/shell.css";
import "./styles/sections.css";
import "./styles/forms.css";
import "./styles/lists.css";

import { createAccessToken } from "./access-token.ts";
import { App } from "./app.tsx";
import { browserClock, type Clock } from "./clock.ts";
import { languageFor } from "./language.ts";
import { ownStorage } from "./own-storage.ts";
import { type Page, PageContext, type Present } from "./page.ts";
import { createPictures } from "./pictures.ts";
import { createReconnectPolicy } from "./reconnect.ts";
import { createRefreshLock } from "./refresh-lock.ts";
import { createSession, type Session } from "./session.ts";
import { createSite, type Site } from "./site.ts";
import { stringsFor } from "./strings.ts";
import { createTimes } from "./times.ts";

const root = document.getElementById("page");
if (root) openPage(root, browserClock);

function openPage(root: HTMLElement, clock: Clock): void {
  const language = languageFor(navigator.languages);
  const strings = stringsFor(language);
  document.documentElement.lang = language;
  const lock = createRefreshLock({ locks: navigator.locks, storage: ownStorage(), clock });
  const token = createAccessToken({ clock, lock });
  const session = createSession({ clock, token, policy: patience() });
  const pictures = createPictures(session.ask);
  const site = createSite({ ask: session.ask, clock, policy: patience(), origin: location.origin });
  const times = createTimes({ locale: toLocale(language), timeZone: undefined, strings });
  const present = signal<Present>({ now: clock.now(), monotonic: clock.monotonic() });
  const page: Page = { session, site, pictures, strings, language, times, clock, present };

  render(
    <PageContext value={page}>
      <App />
    </PageContext>,
    root,
  );
  const { signal: whileOpen } = new AbortController();
  followSession(session, site, () => pictures.clear());
  retryWhenBack(site);
  // Both end with the page, and turn every failure into something that is shown.
  void session.begin({ signal: whileOpen });
  void tick(clock, present, whileOpen);
}

/** The site is followed while someone is signed in, and not a moment longer. */
function followSession(session: Session, site: Site, forget: () => void): void {
  effect(() => {
    if (session.state.value.type !== "signed-in") return;
    const abort = new AbortController();
    // Ends with its signal; what fails inside is tried again inside.
    void site.run(abort.signal);
    return () => {
      abort.abort();
      site.forget();
      forget();
    };
  });
}

/** A phone that wakes up, or a network that returns, should not wait for the next turn. */
function retryWhenBack(site: Site): void {
  const retry = () => {
    if (!document.hidden && site.feed.value.type === "waiting") site.retryNow();
  };
  window.addEventListener("online", retry);
  document.addEventListener("visibilitychange", retry);
}

async function tick(clock: Clock, present: { value: Present }, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    present.value = { now: clock.now(), monotonic: clock.monotonic() };
    await clock.sleep(1000, { signal });
  }
}

/** The region of the viewer's own, where the page speaks their language. */
function toLocale(language: string): string {
  return navigator.languages.find((wanted) => wanted.startsWith(language)) ?? language;
}

function patience() {
  return createReconnectPolicy({ firstMs: 500, longestMs: 8000, random: Math.random });
}
