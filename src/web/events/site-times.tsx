/** Around whatever tells times of events: in the site's zone, wherever the viewer is. */
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";

import { toLocale } from "../language.ts";
import { PageContext, usePage } from "../page.ts";
import { eventWords } from "../strings/events.ts";
import { createTimes } from "../times.ts";
import { useWords } from "../words.ts";
import { createZone, isSameTime, type Zone } from "./zone.ts";

export function SiteTimes(props: { children: ComponentChildren }) {
  const page = usePage();
  const zone = useSiteZone();
  const inSiteZone = useMemo(() => {
    const locale = toLocale(page.language, navigator.languages);
    const times = createTimes({ locale, timeZone: zone.name, strings: page.strings });
    return { ...page, times };
  }, [page, zone]);
  return <PageContext value={inSiteZone}>{props.children}</PageContext>;
}

/** The viewer's own until the box told. */
export function useSiteZone(): Zone {
  const name = usePage().site.status.value?.site.time_zone;
  return useMemo(() => createZone(name), [name]);
}

/** Nothing where the viewer's clock shows the same. */
export function ZoneNote() {
  const { present } = usePage();
  const words = useWords(eventWords);
  const zone = useSiteZone();
  const own = useMemo(() => createZone(undefined), []);
  if (isSameTime(zone, own, present.value.now)) return null;
  return <p class="quiet-text">{words.siteZone(zone.name, own.name)}</p>;
}
