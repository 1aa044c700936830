import preact from "@preact/preset-vite";
import { defineConfig } from "vite";

/**
 * Static files for the daemon to serve. Nothing is inlined as `data:` and no script is written into
 * the HTML, because the page's content security policy allows neither.
 */
export default defineConfig({
  plugins: [preact({ prefreshEnabled: false, devToolsEnabled: false })],
  base: "/",
  build: {
    outDir: "../../dist/web",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    reportCompressedSize: true,
    chunkSizeWarningLimit: 1700,
    // The API's description is large, and a page of its own.
    rolldownOptions: { input: ["src/web/index.html", "src/web/docs.html"] },
  },
});
