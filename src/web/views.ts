/**
 * What the navigation offers. Each view but the first is loaded when it is opened for the first time;
 * a new one is a line here.
 */
import type { ComponentType } from "preact";

import { Overview } from "./overview.tsx";
import type { Strings } from "./strings.ts";

export interface View {
  /** The first part of the address behind `#/`; the first view has none. */
  path: string;
  name: keyof Strings["views"];
  /** An SVG path in a square of 24. */
  sign: string;
  isForAdmins?: boolean;
  load(): Promise<ComponentType> | ComponentType;
}

export const VIEWS: readonly View[] = [
  {
    path: "",
    name: "now",
    sign: "M12 5c5 0 8.5 4.5 10 7-1.5 2.5-5 7-10 7s-8.5-4.5-10-7c1.5-2.5 5-7 10-7zm0 3a4 4 0 1 0 0 8a4 4 0 0 0 0-8z",
    load: () => Overview,
  },
  {
    path: "events",
    name: "events",
    sign: "M4 4h6v6H4zm8 1h8v2h-8zm0 3h6v2h-6zM4 13h6v6H4zm8 1h8v2h-8zm0 3h6v2h-6z",
    load: async () => (await import("./events/events-view.tsx")).EventsView,
  },
  {
    path: "cameras",
    name: "cameras",
    sign: "M3 7h12a1 1 0 0 1 1 1v2.5l5-3v9l-5-3V16a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1z",
    isForAdmins: true,
    load: async () => (await import("./cameras/cameras-view.tsx")).CamerasView,
  },
  {
    path: "desk",
    name: "desk",
    sign: "M4 4h16v10h-5l-1.5 3h-3L9 14H4zM4 16h3l1.5 3h7l1.5-3h3v5H4z",
    load: async () => (await import("./desk/desk-view.tsx")).DeskView,
  },
  {
    path: "health",
    name: "health",
    sign: "M2 11h5l2-6 4 13 3-7h6v2h-4.7l-4.6 10L9 10.5 8.4 13H2z",
    load: async () => (await import("./health/health-view.tsx")).HealthView,
  },
  {
    path: "settings",
    name: "settings",
    sign: "M4 6h9a3 3 0 0 1 6 0h1v2h-1a3 3 0 0 1-6 0H4zM4 16h1a3 3 0 0 1 6 0h9v2h-9a3 3 0 0 1-6 0H4z",
    load: async () => (await import("./settings/settings-view.tsx")).SettingsView,
  },
];
