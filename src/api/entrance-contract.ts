/** What comes in over the wire from those who want in; what they get stands in contract.ts. */
import { z } from "zod";

export const username = z.string().regex(/^[\p{L}\p{N}](?:[\p{L}\p{N}._@-]{0,62}[\p{L}\p{N}])?$/u, {
  error: "use 1 to 64 letters, digits, dots, dashes, underscores or @",
});
/** The bytes are counted where passwords are made; this bounds the work of getting there. */
export const password = z.string().min(1).max(256);
const refreshToken = z.string().min(1).max(256);

export const setupRequest = z.strictObject({
  setup_code: z.string().min(1).max(64),
  username,
  password,
});
export const loginRequest = z.strictObject({ username: z.string().min(1).max(64), password });
/** Browsers send an empty object and the cookie. */
export const refreshRequest = z.strictObject({ refresh_token: refreshToken.optional() });
