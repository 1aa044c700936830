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

import type { MotionEvent } from "../api/contract.ts";
import { createAccessToken } from "./access-token.ts";
import { App } from "./app.tsx";
import { browserClock, type Clock } from "./clock.ts";
import { languageFor, toLocale } from "./language.ts";
import { ownStorage } from "./own-storage.ts";
import { type Page, PageContext, type Present } from "./page.ts";
import { createPictures } from "./pictures.ts";
import { createReconnectPolicy } from "./reconnect.ts";
import { createRefreshLock } from "./refresh-lock.ts";
import { createRemovals, noRemovals } from "./removals.ts";
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
  const opened = createSession({ clock, token, policy: patience() });
  const pictures = createPictures(opened.ask);
  const site = createSite({ ask: opened.ask, clock, policy: patience(), origin: location.origin });
  const removed = signal(noRemovals);
  const removals = createRemovals({
    ...{ clock, removeEvent: site.removeEvent },
    show(view) {
      removed.value = view;
    },
  });
  const session: Session = {
    ...opened,
    async signOut() {
      // Afterwards nobody is there who may delete.
      await removals.flush();
      await opened.signOut();
    },
  };
  const listed = signal<readonly MotionEvent[] | null>(null);
  const locale = toLocale(language, navigator.languages);
  const times = createTimes({ locale, timeZone: undefined, strings });
  const present = signal<Present>({ now: clock.now(), monotonic: clock.monotonic() });
  const page: Page = {
    ...{ session, site, pictures, removals, removed, listed },
    ...{ strings, language, times, clock, present },
  };

  render(
    <PageContext value={page}>
      <App />
    </PageContext>,
    root,
  );
  const { signal: whileOpen } = new AbortController();
  followSession(session, site, () => pictures.clear());
  retryWhenBack(site);
  window.addEventListener("pagehide", () => void removals.flush());
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

function patience() {
  return createReconnectPolicy({ firstMs: 500, longestMs: 8000, random: Math.random });
}
