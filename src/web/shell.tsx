/** What stands around every view: the site's header, the navigation, and what is open over it all. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

import { EventDetails } from "./event-details.tsx";
import { LiveRegion } from "./live-region.tsx";
import { usePage } from "./page.ts";
import { useSegments } from "./route.ts";
import { SiteHeader } from "./site-header.tsx";
import { VIEWS, type View } from "./views.ts";

export function Shell() {
  const { strings } = usePage();
  const [first = ""] = useSegments();
  const view = VIEWS.find(({ path }) => path === first) ?? (VIEWS[0] as View);
  return (
    <>
      {/* No link: the address behind the # names the view. */}
      <button
        type="button"
        class="skip-link"
        onClick={() => document.querySelector<HTMLElement>("main")?.focus()}
      >
        {strings.skipToContent}
      </button>
      <SiteHeader />
      <div class="shell">
        <Navigation current={view} />
        <CurrentView key={view.path} view={view} />
      </div>
      <EventDetails />
      <LiveRegion />
    </>
  );
}

function Navigation(props: { current: View }) {
  const { site, strings } = usePage();
  const isAdmin = site.me.value?.role === "admin";
  return (
    <nav class="navigation" aria-label={strings.navigation}>
      <ul>
        {VIEWS.filter(({ isForAdmins }) => isAdmin || !isForAdmins).map((view) => (
          <li key={view.path}>
            <a href={`#/${view.path}`} aria-current={view === props.current ? "page" : undefined}>
              <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
                <path fill="currentColor" fill-rule="evenodd" d={view.sign} />
              </svg>
              {strings.views[view.name]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

type Loaded = { type: "waiting" } | { type: "failed" } | { type: "ready"; Face: ComponentType };

function CurrentView(props: { view: View }) {
  const { strings } = usePage();
  const { view } = props;
  const [turn, setTurn] = useState(0);
  const [loaded, setLoaded] = useState<Loaded>({ type: "waiting" });

  useEffect(() => {
    Promise.resolve(view.load()).then(
      (Face) => setLoaded({ type: "ready", Face }),
      () => setLoaded({ type: "failed" }),
    );
  }, [view, turn]);

  return (
    <main id="content" class="view" tabIndex={-1}>
      {loaded.type === "waiting" && (
        <p class="waiting appears-late" role="status">
          {strings.loadingView}
        </p>
      )}
      {loaded.type === "failed" && (
        <div class="notice is-bad" role="alert">
          <p>{strings.requestUnreachable}</p>
          <button type="button" class="button" onClick={() => setTurn(turn + 1)}>
            {strings.tryAgain}
          </button>
        </div>
      )}
      {loaded.type === "ready" && <loaded.Face />}
    </main>
  );
}
