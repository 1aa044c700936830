/** How arrow keys lead from hour to hour: over those in which nothing happened. */

/** To the next hour with events in that direction. False where there is none, or it is no arrow. */
export function moveFocus(table: HTMLElement, key: string): boolean {
  const here = document.activeElement?.closest("td");
  const row = here?.closest("tr");
  if (!here || !row) return false;
  const links = [...table.querySelectorAll<HTMLElement>("td > a")];
  const placeOf = (link: Element): number => link.closest("td")?.cellIndex ?? 0;
  const inRow = links.filter((link) => link.closest("tr") === row);
  const at = inRow.findIndex((link) => link.parentElement === here);
  const rowOf = (link: Element): number => link.closest("tr")?.rowIndex ?? 0;
  const nearest = (rows: HTMLElement[]): HTMLElement | undefined =>
    rows.sort(
      (one, other) =>
        Math.abs(rowOf(one) - row.rowIndex) - Math.abs(rowOf(other) - row.rowIndex) ||
        Math.abs(placeOf(one) - here.cellIndex) - Math.abs(placeOf(other) - here.cellIndex),
    )[0];
  const found: Readonly<Record<string, () => HTMLElement | undefined>> = {
    ArrowLeft: () => inRow[at - 1],
    ArrowRight: () => inRow[at + 1],
    ArrowUp: () => nearest(links.filter((link) => rowOf(link) < row.rowIndex)),
    ArrowDown: () => nearest(links.filter((link) => rowOf(link) > row.rowIndex)),
  };
  const next = found[key]?.();
  next?.focus();
  return next !== undefined;
}
