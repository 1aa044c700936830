/** What is wrong with the box and what to do, in its own sentences; nothing while all is well. */
import { usePage } from "./page.ts";
import { SeveritySign } from "./severity.tsx";

export function ProblemList() {
  const { site, strings } = usePage();
  const problems = site.status.value?.problems ?? [];
  if (problems.length === 0) return null;
  return (
    <section class="problems" aria-labelledby="problems-title">
      <h2 id="problems-title">
        <SeveritySign level={2} />
        {strings.problems}
      </h2>
      <ul>
        {problems.map((problem) => (
          <li key={`${problem.code} ${problem.sentence}`}>{strings.ofBox(problem.sentence)}</li>
        ))}
      </ul>
    </section>
  );
}
