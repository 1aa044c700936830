/**
 * What goes up to the central database, and the port by which it does. Never among it: addresses of
 * cameras, names of accounts, what the model answered letter by letter. Times are UTC epoch
 * milliseconds, as everywhere in this house.
 */
import type { AnalysisStatus, Description } from "../events/event.ts";
import type { Digest } from "../store/digests.ts";

/** An event as the centre shall know it; of a deleted one only the names and times are left. */
export interface CentralEvent {
  /** UUIDv7. */
  eventId: string;
  /** Of two rows of one event the higher wins, in whichever order they arrive. */
  revision: number;
  cameraId: string;
  startedAt: number;
  /** Null while the event is there. */
  deletedAt: number | null;
  /** Null when it is deleted. */
  facts: CentralFacts | null;
}

export interface CentralFacts {
  cameraName: string;
  endedAt: number | null;
  /** Of the chosen frame. */
  peakAt: number;
  /** 0..1. */
  significanceScore: number;
  /** 0..1. */
  confidence: number;
  motionSummary: string;
  analysisStatus: AnalysisStatus;
  analysisReason: string | null;
  /** What the model said; null while it said nothing. */
  ai: CentralDescription | null;
  /** Whether a text was cut because the centre refused it in its full length. */
  isCut: boolean;
}

export interface CentralDescription extends Omit<Description, "eventId"> {
  describedAt: number;
}

/** A camera's day in figures; sent again whenever they change. Revisions are as those of events. */
export type DailySummary = Digest;

/** A small picture of an event; the event's row has gone up before it. */
export interface Thumbnail {
  eventId: string;
  cameraId: string;
  /** Of the event as it was then. */
  revision: number;
  jpeg: Uint8Array;
}

/** How the box is, each minute: by its absence the centre knows of a silent site. */
export interface SiteHeartbeat {
  version: string;
  /** By the box's clock. */
  sentAt: number;
  /** Whether that clock is kept by the network; null when unknown. */
  isClockSynchronised: boolean | null;
  camerasUp: number;
  camerasWanted: number;
  model: string;
  /** A code as in the box's own status. */
  modelState: string;
  /** Jobs that wait for the model. */
  backlog: number;
  /** Events described too late or not at all since the start of the day. */
  shed: number;
  /** Changes not sent yet. */
  unsent: number;
  /** Age of the oldest of them. */
  lagS: number;
}

/** What the box holds of a day, or the centre: equal when nothing waits to be sent. */
export interface DayTally {
  /** YYYY-MM-DD in UTC, of the start. */
  day: string;
  events: number;
  revisions: number;
}

/** Codes of what can be wrong with the centre; each is the `code` in an error's details. */
export type SyncCode =
  /** Refused, gone, cut, down, failing over: tried again by itself. */
  | "sync_unreachable"
  /** No answer in time; the connection was thrown away. */
  | "sync_slow"
  | "sync_read_only"
  /** A deadlock or a lock held by another: the same again, soon. */
  | "sync_conflict"
  /** Wrong account or password. */
  | "sync_auth"
  /** The account may not do it, or there is no such database. */
  | "sync_denied"
  /** No TLS there, or a certificate that is not to be trusted. */
  | "sync_tls"
  | "sync_schema_missing"
  | "sync_schema_older"
  | "sync_schema_newer"
  /** Another box sends under this site's name. */
  | "site_conflict"
  /** One of the rows does not fit; the others might. */
  | "sync_row_refused"
  | "sync_packet_too_large"
  | "sync_failed";

/**
 * One connection to the centre. Whatever rejects, rejects with an ApplianceError whose details hold a
 * SyncCode as `code`, and leaves nothing half written: after it the connection is closed and a new
 * one opened.
 */
export interface Centre extends AsyncDisposable {
  /** Another one after the centre was restored or lost commits: then everything is sent again. */
  readonly epoch: string;
  /** Whether it has a place for pictures that this account may write to. */
  readonly takesThumbnails: boolean;
  /**
   * All or nothing; a row older than the centre's own changes nothing. Of a deleted event the picture
   * goes as well.
   */
  sendEvents(rows: readonly CentralEvent[]): Promise<void>;
  sendSummaries(rows: readonly DailySummary[]): Promise<void>;
  sendThumbnails(rows: readonly Thumbnail[]): Promise<void>;
  /** Rejects with `site_conflict` when another box took the name since. */
  sendHeartbeat(heartbeat: SiteHeartbeat): Promise<void>;
  /** Of the events that are not deleted, oldest day first. */
  tallyByDay(): Promise<DayTally[]>;
  /** By event; null for a deleted one is not told: it is left out. */
  revisionsOfDay(day: string): Promise<Map<string, number>>;
}

/** What a box knows of itself as one of many; kept in its database. */
export interface SiteClaim {
  /** Made once with the box's database: who copies the disk copies it too. */
  nonce: string;
  /** How often this box took its name at the centre, as the centre has confirmed: a copy differs. */
  claims: number;
  /** The same or one more: the try that a crash may have kept from being confirmed. */
  claimsTried: number;
  /** The last row that the centre confirmed; when it is gone from there, so may others be. */
  lastSent: { eventId: string; revision: number } | null;
}

export interface ClaimKeeper {
  read(): SiteClaim;
  /** Durable before the centre is told. */
  keepTry(claims: number): void;
  /** With `hasLost` it forgets the epoch in the same transaction, so that all is sent again. */
  confirm(claims: number, options: { hasLost: boolean }): void;
}

/**
 * `narrowed`: the centre took none, and less will be tried at once. `refused`: a row that it will not
 * have is kept back. After either the connection is closed.
 */
export type Turn = "sent" | "idle" | "narrowed" | "refused";

export type OpenCentre = (signal: AbortSignal) => Promise<Centre>;
