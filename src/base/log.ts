/**
 * JSON lines on stdout; journald does the rest. Fixed sentences, variables as fields, the room and
 * the camera by child log. Anything that looks like a URL with a login is scrubbed before it is
 * written, whatever field it hides in.
 */
import { type DestinationStream, pino } from "pino";

export type LogFields = Record<string, unknown>;

export interface Log {
  error(sentence: string, fields?: LogFields): void;
  warn(sentence: string, fields?: LogFields): void;
  info(sentence: string, fields?: LogFields): void;
  debug(sentence: string, fields?: LogFields): void;
  child(fields: LogFields): Log;
}

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

export function createLog(options: {
  level: LogLevel;
  destination?: DestinationStream;
  /** Told each line as it is written. */
  onLine?: (line: string) => void;
}): Log {
  const destination = options.destination ?? pino.destination({ fd: 1, sync: true });
  const scrubbed: DestinationStream = {
    write(line) {
      const safe = redactUrls(line);
      destination.write(safe);
      options.onLine?.(safe);
    },
  };
  const root = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
      redact: {
        paths: ["password", "secret", "token", "*.password", "*.secret", "*.token"],
        censor: "[redacted]",
      },
    },
    scrubbed,
  );
  return wrap(root);
}

/** Replaces the login in every `scheme://user:password@host` of a text by `***`. */
export function redactUrls(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/"'@]*(?:@[^\s/"'@]*)*@/gi, "$1***@");
}

interface Writer {
  error(fields: LogFields, sentence: string): void;
  warn(fields: LogFields, sentence: string): void;
  info(fields: LogFields, sentence: string): void;
  debug(fields: LogFields, sentence: string): void;
  child(fields: LogFields): Writer;
}

function wrap(writer: Writer): Log {
  return {
    error: (sentence, fields = {}) => writer.error(fields, sentence),
    warn: (sentence, fields = {}) => writer.warn(fields, sentence),
    info: (sentence, fields = {}) => writer.info(fields, sentence),
    debug: (sentence, fields = {}) => writer.debug(fields, sentence),
    child: (fields) => wrap(writer.child(fields)),
  };
}
