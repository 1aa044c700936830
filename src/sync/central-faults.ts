/** What the central database's refusals mean for us: a code, a kind, and a sentence with what to do. */
import { ApplianceError, type ErrorKind } from "../base/errors.ts";
import type { SyncCode } from "./central-rows.ts";

interface Meaning {
  kind: ErrorKind;
  sentence: string;
}

const MEANINGS: Readonly<Record<SyncCode, Meaning>> = {
  sync_unreachable: {
    kind: "unavailable",
    sentence: "The central database cannot be reached. It is tried again by itself.",
  },
  sync_slow: {
    kind: "timed-out",
    sentence: "The central database did not answer in time. It is tried again by itself.",
  },
  sync_read_only: {
    kind: "unavailable",
    sentence: "The central database takes no writes at the moment. It is tried again by itself.",
  },
  sync_conflict: {
    kind: "conflict",
    sentence: "The central database was busy with the same rows. It is tried again by itself.",
  },
  sync_auth: {
    kind: "unauthenticated",
    sentence:
      "The central database refuses the account. Check the user and password of central.url.",
  },
  sync_denied: {
    kind: "forbidden",
    sentence:
      "The account may not write to the central database. Its owner runs nightjar central " +
      "migrate --print-grants SITE, and the statements that it prints.",
  },
  sync_tls: {
    kind: "unavailable",
    sentence:
      "The connection to the central database cannot be trusted, and nothing is sent over another. " +
      "Check its certificate, the host's name in central.url and central.tls.ca.",
  },
  sync_schema_missing: {
    kind: "conflict",
    sentence: "The central database has no tables yet. Its owner runs nightjar central migrate.",
  },
  sync_schema_older: {
    kind: "conflict",
    sentence:
      "The central database is of an older version. Its owner runs nightjar central migrate of " +
      "this version.",
  },
  sync_schema_newer: {
    kind: "conflict",
    sentence: "The central database is of a newer version. Upgrade this box.",
  },
  site_conflict: {
    kind: "conflict",
    sentence:
      "Another box sends to the central database under this site.id. Give one of them another, or " +
      "let this one take the name over with nightjar central claim.",
  },
  sync_row_refused: {
    kind: "invalid",
    sentence: "The central database refuses a row.",
  },
  sync_packet_too_large: {
    kind: "exhausted",
    sentence: "The central database takes no message of that size.",
  },
  sync_failed: {
    kind: "internal",
    sentence: "The central database answered with an error.",
  },
};

const CODES: Readonly<Record<string, SyncCode>> = {
  ER_ACCESS_DENIED_ERROR: "sync_auth",
  ER_ACCESS_DENIED_NO_PASSWORD_ERROR: "sync_auth",
  ER_MUST_CHANGE_PASSWORD: "sync_auth",
  ER_ACCOUNT_HAS_BEEN_LOCKED: "sync_auth",
  ER_NOT_SUPPORTED_AUTH_MODE: "sync_auth",
  AUTH_SWITCH_PLUGIN_ERROR: "sync_auth",
  ER_DBACCESS_DENIED_ERROR: "sync_denied",
  ER_TABLEACCESS_DENIED_ERROR: "sync_denied",
  ER_COLUMNACCESS_DENIED_ERROR: "sync_denied",
  ER_VIEW_CHECK_FAILED: "sync_denied",
  ER_SPECIFIC_ACCESS_DENIED_ERROR: "sync_denied",
  ER_BAD_DB_ERROR: "sync_denied",
  ER_HOST_NOT_PRIVILEGED: "sync_denied",
  ER_NO_SUCH_TABLE: "sync_schema_missing",
  ER_BAD_FIELD_ERROR: "sync_schema_older",
  HANDSHAKE_NO_SSL_SUPPORT: "sync_tls",
  HANDSHAKE_SSL_ERROR: "sync_tls",
  ER_SECURE_TRANSPORT_REQUIRED: "sync_tls",
  // Two boxes registered at the same moment: no other statement can meet a row that is there.
  ER_DUP_ENTRY: "site_conflict",
  ER_LOCK_DEADLOCK: "sync_conflict",
  ER_LOCK_WAIT_TIMEOUT: "sync_conflict",
  ER_QUERY_INTERRUPTED: "sync_unreachable",
  ER_OPTION_PREVENTS_STATEMENT: "sync_read_only",
  ER_READ_ONLY_MODE: "sync_read_only",
  ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION: "sync_read_only",
  ER_DISK_FULL: "sync_read_only",
  ER_RECORD_FILE_FULL: "sync_read_only",
  ER_NET_PACKET_TOO_LARGE: "sync_packet_too_large",
  ER_DATA_TOO_LONG: "sync_row_refused",
  ER_WARN_DATA_OUT_OF_RANGE: "sync_row_refused",
  ER_TRUNCATED_WRONG_VALUE: "sync_row_refused",
  ER_TRUNCATED_WRONG_VALUE_FOR_FIELD: "sync_row_refused",
  ER_BAD_NULL_ERROR: "sync_row_refused",
  ER_CONSTRAINT_FAILED: "sync_row_refused",
  ER_CHECK_CONSTRAINT_VIOLATED: "sync_row_refused",
  ER_SIGNAL_EXCEPTION: "sync_row_refused",
  ETIMEDOUT: "sync_slow",
  PROTOCOL_SEQUENCE_TIMEOUT: "sync_slow",
};

/** Where only the number tells: TiDB's write conflicts, and texts that the column's set lacks. */
const NUMBERS: Readonly<Record<number, SyncCode>> = {
  3988: "sync_row_refused",
  4025: "sync_row_refused",
  8022: "sync_conflict",
  9007: "sync_conflict",
};

const UNREACHABLE =
  /^(?:PROTOCOL_|ECONN|EHOST|ENET|ENOTFOUND|EAI_|EPIPE|ER_CON_COUNT|ER_TOO_MANY_USER|ER_USER_LIMIT|ER_SERVER_SHUTDOWN|ER_NORMAL_SHUTDOWN|ER_CONNECTION_KILLED|ER_NEW_ABORTING|ER_NET_|ER_HOST_IS_BLOCKED)/;
const UNTRUSTED = /^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_OSSL)/;

export function createSyncError(
  code: SyncCode,
  options: { cause?: unknown; detail?: string; details?: Record<string, unknown> } = {},
): ApplianceError {
  const { kind, sentence } = MEANINGS[code];
  const message = options.detail === undefined ? sentence : `${sentence} (${options.detail})`;
  const { cause, details } = options;
  return new ApplianceError(kind, message, { cause, details: { ...details, code } });
}

/** Whatever the driver threw, as one of ours; what is one of ours already stays as it is. */
export function toSyncError(error: unknown): unknown {
  if (error instanceof ApplianceError) return error;
  const said = readDriverError(error);
  if (!said) return error;
  const details = { driver: said.code };
  return createSyncError(toSyncCode(said), { cause: error, detail: said.code, details });
}

/** Null for an error that the centre has no part in. */
export function readSyncCode(error: unknown): SyncCode | null {
  if (!(error instanceof ApplianceError)) return null;
  const code = error.details["code"];
  return typeof code === "string" && code in MEANINGS ? (code as SyncCode) : null;
}

interface DriverError {
  code: string;
  errno: number;
}

function readDriverError(error: unknown): DriverError | null {
  // drizzle wraps what the driver threw.
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(inner instanceof Error)) return null;
  const { code, errno, fatal } = inner as { code?: unknown; errno?: unknown; fatal?: unknown };
  if (typeof code === "string") return { code, errno: typeof errno === "number" ? errno : 0 };
  // A connection that is closed already says so without a code.
  return fatal === true ? { code: "PROTOCOL_CONNECTION_CLOSED", errno: 0 } : null;
}

function toSyncCode({ code, errno }: DriverError): SyncCode {
  const known = CODES[code] ?? NUMBERS[errno];
  if (known) return known;
  if (UNTRUSTED.test(code)) return "sync_tls";
  return UNREACHABLE.test(code) ? "sync_unreachable" : "sync_failed";
}
