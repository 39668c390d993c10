// Calls to the shop's JSON endpoints, with refusals as errors that carry their code and words.
// Not here: the room's socket.

export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    detail: string,
    readonly data: Readonly<Record<string, unknown>> = {},
    readonly retryAfter: number | null = null,
  ) {
    super(detail);
  }
}

/** Nobody answered: the network is away, or the server. */
export class NoAnswer extends Error {}

interface Call {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  /** Repeated on every retry, so that a call whose answer got lost happens once. */
  idempotencyKey?: string;
  /** What lets this page ask at the short way to a hold. */
  ticket?: string;
  /** Doing it again changes nothing: it may be sent again without a key. */
  again?: boolean;
}

const RETRIES = 3;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function csrfToken(): string {
  return document.querySelector<HTMLInputElement>('input[name="csrfmiddlewaretoken"]')?.value ?? "";
}

async function problemOf(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => ({}))) as { code?: string; detail?: string; data?: Record<string, unknown> };
  const wait = Number(response.headers.get("Retry-After")) || null;
  return new Problem(body.code ?? "unknown", response.status, body.detail ?? "", body.data ?? {}, wait);
}

/** JSON of an endpoint. Throws Problem for a refusal; NoAnswer when retries with the same key found nobody. */
export async function call<T>(path: string, { method = "GET", body, idempotencyKey, ticket, again = false }: Call = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (idempotencyKey) headers["Idempotency-Key"] = idempotencyKey;
  if (ticket) headers["X-Hold-Ticket"] = ticket;
  const tries = method === "GET" || idempotencyKey || again ? RETRIES : 1;
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(path, { method, headers, body: body === undefined ? null : JSON.stringify(body) }).catch(() => null);
    if (response?.ok) return (response.status === 204 ? undefined : await response.json()) as T;
    const problem = response && (await problemOf(response));
    // A place in line is an answer: whoever asked says it before asking again.
    if (problem && (problem.status < 500 || problem.code === "in_line" || attempt === tries)) throw problem;
    if (attempt === tries) throw new NoAnswer();
    await pause(400 * 2 ** attempt * Math.random());
  }
}
