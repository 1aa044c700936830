/** The site's name, whether what is shown is true, and the way out. */
import { useAction } from "./action.ts";
import { Emblem } from "./emblem.tsx";
import { usePage } from "./page.ts";

/** The box is asked every 5 s; two missed answers and what is shown counts as old. */
const TRUE_FOR_MS = 12_000;

export function SiteHeader() {
  const { session, site, strings } = usePage();
  const leaving = useAction(() => session.signOut());
  const name = site.status.value?.site.name;

  return (
    <header class="site-header">
      <p class="brand">
        <Emblem />
        {name !== strings.product && <span class="brand-product">{strings.product}</span>}
      </p>
      <h1 class="site-name">{name ?? "\u00a0"}</h1>
      <Connection />
      {leaving.state.type === "failed" && (
        <p class="header-error" role="alert">
          {leaving.state.sentence}
        </p>
      )}
      <button
        type="button"
        class="button quiet"
        aria-busy={leaving.state.type === "waiting"}
        onClick={leaving.start}
      >
        {leaving.state.type === "waiting" ? strings.signingOut : strings.signOut}
      </button>
    </header>
  );
}

function Connection() {
  const { site, strings, times, present } = usePage();
  const trueAt = site.trueAt.value;
  const ageMs = trueAt === null ? null : present.value.monotonic - trueAt;
  const isLive = site.feed.value.type === "live" && ageMs !== null && ageMs < TRUE_FOR_MS;
  if (isLive) {
    return (
      <p
        class="connection live"
        role="status"
        aria-label={strings.connection}
        title={strings.liveTitle}
      >
        <span class="connection-sign" aria-hidden="true" />
        {strings.live}
      </p>
    );
  }
  return (
    <p class="connection" role="status" aria-label={strings.connection}>
      <span class="connection-sign" aria-hidden="true" />
      <span class={ageMs === null ? "" : "connection-word"}>
        {ageMs === null ? strings.connecting : strings.reconnecting}
      </span>
      {ageMs !== null && <Age age={times.toAge(ageMs)} />}
    </p>
  );
}

/** In full where there is room. Not read aloud, because it is another one every second. */
function Age(props: { age: string }) {
  const { strings } = usePage();
  return (
    <span class="connection-age" aria-hidden="true">
      <span class="in-full">{strings.stale(props.age)}</span>
      <span class="in-short">{strings.staleInShort(props.age)}</span>
    </span>
  );
}
