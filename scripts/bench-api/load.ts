/** The only door to autocannon: so many connections that ask one address as fast as they can. */
import autocannon from "autocannon";

export interface Load {
  p50Ms: number;
  p99Ms: number;
  requestsPerSecond: number;
  /** Answers other than 2xx, and none at all. */
  failures: number;
}

export async function load(options: {
  url: string;
  connections: number;
  seconds: number;
  headers?: Record<string, string>;
  /** Requests a second of all connections together; as fast as they can when absent. */
  rate?: number;
}): Promise<Load> {
  const { url, connections, seconds, headers = {}, rate } = options;
  const result = await autocannon({
    ...{ url, connections, duration: seconds, headers },
    ...(rate === undefined ? {} : { overallRate: rate }),
  });
  const { latency, requests, non2xx, errors } = result;
  return {
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    requestsPerSecond: Math.round(requests.average),
    failures: non2xx + errors,
  };
}
