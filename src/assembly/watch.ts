/** What watches one camera's frames, made of what was asked for: detector, attention, trigger. */

import { WEEKDAYS } from "../config/motion.ts";
import type { CameraConfig, MotionConfig } from "../config/schema.ts";
import { type Attention, type AttentionRules, createAttention } from "../motion/attention.ts";
import type { MotionDetector } from "../motion/detector.ts";
import { createFrameDifference } from "../motion/frame-difference.ts";
import { createGlance, type Glance } from "../motion/glance.ts";
import { createHabit, type Habit, type HabitRecord } from "../motion/habit.ts";
import { createLocalClock, type LocalClock } from "../motion/local-time.ts";
import { createRecentFrames, type RecentFrames } from "../motion/recent-frames.ts";
import { type Rehearsal, rehearse } from "../motion/rehearsal.ts";
import {
  createRestlessPlaces,
  type RestlessPlaces,
  type RestlessRecord,
} from "../motion/restless.ts";
import { isOpen, type OpenHours } from "../motion/schedule.ts";
import { createTrigger, type Trigger, type TriggerRules } from "../motion/trigger.ts";

/** What a camera remembers of its place, and where it puts what it learned. */
export interface PlacePorts {
  remembered: { habit: HabitRecord | null; restless: RestlessRecord | null };
  onHabit(record: HabitRecord): void;
  onRestless(record: RestlessRecord): void;
  /** Of the frames that are kept for rehearsals. */
  recentBytesMax(): number;
}

export interface Watch {
  detector: MotionDetector;
  glance: Glance;
  attention: Attention;
  habit: Habit;
  restless: RestlessPlaces;
  trigger: Trigger;
  recent: RecentFrames;
  /** What the last minutes would have been under other settings; nothing of the camera is touched. */
  rehearse(motion: MotionConfig, giveWay: () => Promise<void>): Promise<Rehearsal>;
  /** From the next frame on; an open motion goes on and nothing that was learned is lost. */
  retune(motion: MotionConfig): void;
}

/** How far back other settings can be tried out. */
const RECENT_MS = 10 * 60_000;

export function createWatch(
  { luma, motion }: Pick<CameraConfig, "luma" | "motion">,
  { remembered, onHabit, onRestless, recentBytesMax: bytesMax }: PlacePorts,
): Watch {
  const localClock = createLocalClock(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const { sensitivity, masks } = motion;
  const habit = createHabit({
    localClock,
    remembered: remembered.habit,
    onLearned: onHabit,
  });
  const restless = createRestlessPlaces({
    remembered: remembered.restless,
    onLearned: onRestless,
  });
  const detector = createFrameDifference({ ...luma, sensitivity, masks });
  const glance = createGlance({ ...luma, sensitivity, masks });
  const attention = createAttention(toAttentionRules(motion), { ...habit, ...restless });
  const trigger = createTrigger(toTriggerRules(motion, localClock));
  const recent = createRecentFrames({ spanMs: RECENT_MS, bytesMax });
  return {
    detector,
    glance,
    attention,
    habit,
    restless,
    trigger,
    recent,
    rehearse(other, giveWay) {
      const { sensitivity, masks, significanceThreshold } = other;
      const rules = toTriggerRules(other, localClock);
      return rehearse(recent.list(), {
        detector: createFrameDifference({ ...luma, sensitivity, masks }),
        attention: createAttention(toAttentionRules(other), { ...habit, ...restless }),
        trigger: createTrigger(rules),
        framesPerSecond: luma.framesPerSecond,
        mayBeginAt: rules.mayBeginAt,
        significanceThreshold,
        giveWay,
      });
    },
    retune(other) {
      detector.retune(other);
      glance.retune(other);
      attention.retune(toAttentionRules(other));
      trigger.retune(toTriggerRules(other, localClock));
    },
  };
}

function toAttentionRules({ zones, minArea }: MotionConfig): AttentionRules {
  return { zones, minArea };
}

function toTriggerRules(motion: MotionConfig, localClock: LocalClock): Required<TriggerRules> {
  const { significanceThreshold, minDurationS } = motion;
  const schedule = motion.schedule.map(toOpenHours);
  return {
    significanceThreshold,
    minDurationMs: minDurationS * 1000,
    mayBeginAt: (epochMs) => isOpen(schedule, localClock.at(epochMs)),
  };
}

function toOpenHours({ days, from, to }: MotionConfig["schedule"][number]): OpenHours {
  const weekdays = days.map((day) => WEEKDAYS.indexOf(day));
  return { weekdays, from: toMinutes(from), to: toMinutes(to) };
}

/** "22:30" as minutes since midnight. */
function toMinutes(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}
