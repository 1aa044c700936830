/** The box's own database. `npm run db:generate` writes the next migration into drizzle/edge. */
import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  schema: "./src/store/*schema.ts",
  out: "./drizzle/edge",
});
