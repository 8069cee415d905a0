// Text from anybody's program, made safe to show.

/**
 * One line; control and other invisible characters as escapes.
 * @param {string} text
 */
export function visible(text) {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (c) => {
    const code = c.codePointAt(0) ?? 0;
    return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/**
 * Text of several lines; in each, what `visible` does.
 * @param {string} text
 */
export const visibleLines = (text) => text.replace(/[^\P{C}\n\t]/gu, visible);
