/** What the box asks of a password; it has the last word. */
export const PASSWORD_CHARACTERS_MIN = 12;
