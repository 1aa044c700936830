/** The bird, drawn: decoration beside the name, so nobody has it read aloud. */
import emblem from "./nightjar.svg";

export function Emblem() {
  return <img class="emblem" src={emblem} alt="" width="32" height="32" />;
}
