/** Days and hours of a time zone that need not be the viewer's. Pure: the zone is given. */

export interface Zone {
  /** By its IANA name. */
  name: string;
  /** `2026-03-29T14:05`, as clocks there show it: what an <input> of date and time takes. */
  toLocal(at: number): string;
  /** The instant at which clocks there show it; of an hour that is skipped, the next one. */
  toInstant(local: string): number;
  /** The midnight of that instant's day, and the one after. */
  dayOf(at: number): { from: number; to: number };
}

const DAY_MS = 86_400_000;

export function createZone(wanted: string | undefined): Zone {
  const format = createFormat(wanted);
  const toLocal = (at: number): string => format.format(at).replace(" ", "T");
  const offsetOf = (at: number): number =>
    Date.parse(`${toLocal(at)}Z`) - Math.floor(at / 60_000) * 60_000;
  const toInstant = (local: string): number => {
    const asIfUtc = Date.parse(`${local.slice(0, 16)}Z`);
    // The offset of the guess may be that of the other side of a change of clocks: guess again.
    const guess = asIfUtc - offsetOf(asIfUtc);
    return asIfUtc - offsetOf(guess);
  };
  const midnight = (at: number): number => toInstant(`${toLocal(at).slice(0, 10)}T00:00`);

  return {
    name: format.resolvedOptions().timeZone,
    toLocal,
    toInstant,
    dayOf(at) {
      const from = midnight(at);
      // Noon of the next day is in the next day, however long this one is.
      return { from, to: midnight(from + 1.5 * DAY_MS) };
    },
  };
}

/** Whether clocks of both show the same now. */
export function isSameTime(one: Zone, other: Zone, at: number): boolean {
  return one.toLocal(at) === other.toLocal(at);
}

/** Swedish writes 2026-03-29 14:05. A zone that this browser does not know becomes the viewer's. */
function createFormat(timeZone: string | undefined): Intl.DateTimeFormat {
  const create = (zone: string | undefined) =>
    new Intl.DateTimeFormat("sv-SE", {
      ...{ year: "numeric", month: "2-digit", day: "2-digit" },
      ...{ hour: "2-digit", minute: "2-digit" },
      timeZone: zone,
    });
  try {
    return create(timeZone);
  } catch {
    return create(undefined);
  }
}
