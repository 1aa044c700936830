/**
 * The API's description, to read and to try out, as the one who is signed in at the page. It shows
 * what the box itself tells at /openapi.json and asks nobody else.
 */
import createSwaggerUi from "swagger-ui-dist/swagger-ui-es-bundle.js";
import "swagger-ui-dist/swagger-ui.css";

import { createAccessToken } from "./access-token.ts";
import { browserClock } from "./clock.ts";
import { RequestError, request } from "./http.ts";
import { languageFor } from "./language.ts";
import { ownStorage } from "./own-storage.ts";
import { createRefreshLock } from "./refresh-lock.ts";
import { stringsFor } from "./strings.ts";

const root = document.getElementById("docs");
// Turns every failure into something that is shown.
if (root) void showDocs(root);

async function showDocs(domNode: Element): Promise<void> {
  const lock = createRefreshLock({
    locks: navigator.locks,
    storage: ownStorage(),
    clock: browserClock,
  });
  const token = createAccessToken({ clock: browserClock, lock });
  const toHeaders = async () => ({ Authorization: `Bearer ${await token.fresh()}` });
  try {
    const answer = await request("/openapi.json", { headers: await toHeaders() });
    createSwaggerUi({
      spec: await answer.json(),
      domNode,
      deepLinking: true,
      requestInterceptor: async (asked) => ({
        ...asked,
        headers: { ...asked.headers, ...(await toHeaders()) },
      }),
    });
  } catch (error) {
    domNode.replaceChildren(toNotice(error));
  }
}

function toNotice(error: unknown): Element {
  const strings = stringsFor(languageFor(navigator.languages));
  const notice = document.createElement("p");
  const isRefused = error instanceof RequestError && error.failure.type === "refused";
  const link = document.createElement("a");
  link.href = "/";
  link.textContent = "Nightjar";
  notice.append(isRefused ? strings.docsSignIn : strings.docsUnreachable, " ", link);
  return notice;
}
