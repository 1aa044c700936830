/**
 * The texts of the first view, in English; `strings/german.ts` has the same in German. Those of the
 * views that are loaded later stand beside it, both languages of an area in one file.
 */
import type { AnalysisStatus, Camera } from "../api/contract.ts";
import type { Language } from "./language.ts";
import { german } from "./strings/german.ts";

export type Strings = typeof english;

export function stringsFor(language: Language): Strings {
  return language === "de" ? german : english;
}

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

const english = {
  product: "Nightjar",
  /** What the box says of itself, which it says in English. */
  ofBox: (sentence: string) => sentence,
  today: "Today",
  yesterday: "Yesterday",
  seconds: (n: number) => `${n} s`,
  minutes: (n: number) => `${n} min`,
  hours: (n: number) => `${n} h`,
  days: (n: number) => count(n, "day", "days"),
  percent: (share: number) => `${Math.round(share * 100)} %`,

  checking: "Asking the box who you are",
  unreachable: "The box does not answer.",
  unreachableAdvice:
    "Check that it has power and that you are on the same network. This page keeps trying.",
  requestUnreachable: "The box did not answer. Check the network, then try again.",
  requestRefused: (status: number) =>
    `The box refused this (status ${status}). Reload the page and try again.`,
  setupSeemsDone: "The first account exists already. Sign in with it.",

  signIn: "Sign in",
  signInLead: "See what your cameras saw.",
  signedOutBecauseExpired: "You were signed out because the session ended. Sign in again.",
  userName: "User name",
  password: "Password",
  signingIn: "Signing in…",
  signOut: "Sign out",
  signingOut: "Signing out…",

  setup: "Set up this box",
  setupLead: "Nobody has an account here yet. The first one looks after the box.",
  setupCode: "Setup code",
  setupCodeHint:
    "Printed where the box was started, and kept in the file setup-code in its data folder.",
  choosePassword: "Choose a password",
  passwordHint: (shortest: number) => `At least ${shortest} characters. A few words work well.`,
  passwordMissing: (missing: number) =>
    `${count(missing, "more character", "more characters")} to go.`,
  createAccount: "Create account and sign in",
  creatingAccount: "Creating the account…",

  skipToContent: "Skip to the content",
  navigation: "Views",
  views: {
    now: "Now",
    events: "Events",
    cameras: "Cameras",
    desk: "Desk",
    health: "Health",
    settings: "Settings",
  },
  loadingView: "Loading…",
  cancel: "Cancel",
  connection: "Connection",
  connecting: "Connecting…",
  live: "Live",
  liveTitle: "New events appear by themselves.",
  reconnecting: "Reconnecting…",
  stale: (age: string) => `What you see is ${age} old`,
  staleInShort: (age: string) => `${age} old`,

  cameras: "Cameras",
  noCameras: "No cameras yet.",
  noCamerasAdvice: "Its address is all that is needed; a test picture shows whether it is right.",
  addCamera: "Add the first camera",
  cameraState: {
    connecting: "Connecting",
    online: "Online",
    stalled: "No picture arrives",
    offline: "Offline",
    auth_failed: "Password refused",
    config_error: "Wrong address or stream",
    ffmpeg_missing: "ffmpeg is missing",
    ffmpeg_crashed: "Decoder stopped",
    disabled: "Switched off",
  } as Readonly<Record<string, string>>,
  tampering: {
    covered: "Covered",
    sprayed: "Sprayed or dirty",
    moved: "Turned away",
    frozen: "Frozen",
    out_of_focus: "Out of focus",
  } satisfies Record<NonNullable<Camera["tampering"]>["kind"], string>,
  cameraSince: (age: string) => `for ${age}`,
  quiet: "quiet",
  quietMeaning: "Nothing moves: only key frames are decoded until something does.",
  framesPerSecond: (fps: number) => `${fps.toFixed(fps < 10 ? 1 : 0)} fps`,
  pictureOf: (camera: string) => `Newest picture of ${camera}`,
  noPictureYet: "No picture yet",
  noPicture: "No picture",
  loadingPicture: "Loading the picture…",
  pictureFailed: "The picture could not be loaded.",
  pictureMissing: "No picture was kept for this event.",

  desk: "Desk",
  deskWaiting: (n: number) => `${n} waiting`,
  deskRunning: (n: number) => `${n} in work`,
  deskShed: (n: number) => `${n} for when it is idle`,
  deskDead: (n: number) => `${n} given up`,
  deskDrain: (age: string) => `done in about ${age}`,
  deskOldest: (age: string) => `oldest waits ${age}`,
  problems: "What needs a look",
  statusWaiting: "Reading the box's state…",

  events: "Events",
  noEvents: "Nothing has moved yet.",
  noEventsAdvice:
    "When something moves in front of a camera, it appears here by itself: first the picture, then its description.",
  loadingEvents: "Loading events…",
  eventsFailed: "The events could not be loaded.",
  tryAgain: "Try again",
  loadOlder: "Load older",
  loadingOlder: "Loading older events…",
  noOlder: "No older events.",
  lasting: "happening now",
  lasted: (span: string) => `lasted ${span}`,
  eventPicture: (camera: string, time: string) => `${camera} at ${time}, the motion outlined`,
  newEvent: (camera: string, time: string) => `New event: ${camera}, ${time}`,
  describedEvent: (camera: string, title: string) => `${camera}: ${title}`,
  motionOn: (camera: string) => `Motion: ${camera}`,

  concern: ["Nothing unusual", "Worth a look", "Unusual", "Alarming"] as readonly string[],
  significance: (share: string) => `Motion ${share}`,
  analysis: {
    disabled: "Descriptions are switched off for this camera.",
    pending: "The description follows when the model is free.",
    running: "The model is looking at the picture now…",
    done: "Described.",
    reused: "Described as a similar picture was before.",
    skipped: "Not described.",
    failed: "The description failed.",
  } satisfies Record<AnalysisStatus, string>,

  details: "Event details",
  close: "Close",
  docsSignIn:
    "The description is for those who are signed in. Sign in first, then load this again:",
  docsUnreachable: "The box does not answer. Load this again in a moment:",
  eventGone: "This event is no longer there. It may have been deleted.",
  factCamera: "Camera",
  factStarted: "Started",
  factEnded: "Ended",
  factPicture: "Picture taken",
  factMotion: "Motion",
  factSignificance: "Significance",
  factConfidence: "Confidence",
  factConcern: "Concern",
  factActivity: "Activity",
  factPeople: "People",
  factVehicles: "Vehicles",
  factObjects: "Objects",
  factSource: "Described by",
  factId: "Event",
  provenance: (model: string, prompt: number, span: string, waited: string) =>
    `${model}, prompt ${prompt}, waited ${waited}, took ${span}`,
  provenanceReused: (model: string, prompt: number) =>
    `${model}, prompt ${prompt}, taken over from a similar picture`,
  describeAgain: "Describe again",
  describe: "Describe now",
  askingForDescription: "Asking…",
};
