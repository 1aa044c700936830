/**
 * What lies before the model, view by view, and how it is told. Pure. A model that is not told
 * counts who is in two views twice, and takes an earlier moment for another place.
 */
export interface Layout {
  /** One view alone · all on one sheet · each a picture of its own. */
  form: "single" | "sheet" | "series";
  views: readonly ShownView[];
}

export type ShownView =
  | { shows: "whole" | "part"; place: string }
  | { shows: "earlier"; place: string; secondsBefore: number };

export const WHOLE_VIEW: Layout = { form: "single", views: [{ shows: "whole", place: "" }] };

const ONCE = "All show one event: who or what is in several of them counts once.";

export function toLayoutText({ form, views }: Layout): string {
  const [first] = views;
  if (form === "single" && first) return `The picture is ${nameOf(first)}.`;
  const told =
    form === "sheet"
      ? views.map((view) => `${view.place}: ${nameOf(view)}.`)
      : views.map((view, index) => `Picture ${index + 1}: ${nameOf(view)}.`);
  return [form === "sheet" ? "The picture is a sheet." : "", ...told, ONCE].join(" ").trim();
}

function nameOf(view: ShownView): string {
  switch (view.shows) {
    case "whole":
      return "the camera's whole view";
    case "part":
      return "the part where the motion was, enlarged";
    case "earlier": {
      const { secondsBefore } = view;
      const seconds = secondsBefore === 1 ? "one second" : `${secondsBefore} seconds`;
      return `the motion ${seconds} earlier`;
    }
    default:
      return view satisfies never;
  }
}
