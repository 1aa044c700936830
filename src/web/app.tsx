/** Which of the page's few faces to show. */
import { Checking, Setup, SignIn, Unreachable } from "./entrance.tsx";
import { usePage } from "./page.ts";
import { Shell } from "./shell.tsx";

export function App() {
  const state = usePage().session.state.value;
  switch (state.type) {
    case "checking":
      return <Checking />;
    case "unreachable":
      return <Unreachable />;
    case "setup":
      return <Setup />;
    case "signed-out":
      return <SignIn because={state.because} />;
    case "signed-in":
      return <Shell />;
    default:
      return state satisfies never;
  }
}
