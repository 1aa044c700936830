/** Which keys do what in the list, for those who have a keyboard. */
import { usePage } from "../page.ts";
import { eventWords } from "../strings/events.ts";
import { useWords } from "../words.ts";

export function KeyHelp() {
  const words = useWords(eventWords);
  const isAdmin = usePage().site.me.value?.role === "admin";
  const keys = [
    ["↑ ↓", words.keyMove],
    [words.enter, words.keyOpen],
    [words.escape, words.keyClose],
    ["S", words.keySeen],
    ["I", words.keyImportant],
    ...(isAdmin ? [[words.del, words.keyDelete]] : []),
    ["/", words.keySearch],
  ];
  return (
    <p class="key-help">
      <span class="visually-hidden">{words.keys}: </span>
      {keys.map(([key, meaning]) => (
        <span key={key}>
          <kbd>{key}</kbd> {meaning}
        </span>
      ))}
    </p>
  );
}
