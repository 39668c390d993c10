// Asks the control plane about publishers, signed; every answer but a clear yes is a no.
// Knows nothing of RTMP: a key goes in, a verdict comes out.
import { createHmac } from "node:crypto";

const ASK_TIMEOUT_MS = 3000;
const UNPUBLISH_RETRY_MS = [500, 1000, 2000, 4000, 8000];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms).unref(); });

export class IngestHook {
  /** `base` is the directory of the hook, such as http://localhost:8000/internal/ingest */
  constructor({ base, secret, log }) {
    this.base = base.replace(/\/+$/, "");
    this.secret = secret;
    this.log = log;
  }

  async #post(name, payload) {
    const body = JSON.stringify(payload);
    const at = Math.floor(Date.now() / 1000);
    const mac = createHmac("sha256", this.secret).update(`${at}.${body}`).digest("hex");
    return fetch(`${this.base}/${name}`, {
      method: "POST",
      body,
      redirect: "error",
      headers: { "content-type": "application/json", "x-vitrine-signature": `t=${at},v1=${mac}` },
      signal: AbortSignal.timeout(ASK_TIMEOUT_MS),
    });
  }

  /** {ok: true, broadcast, schema} or {ok: false, code, wrongKey}; never throws. */
  async askPublish({ key, ip, session }) {
    try {
      const response = await this.#post("publish", { key, ip, session });
      const answer = await response.json();
      if (response.status === 200 && UUID.test(answer.broadcast) && typeof answer.schema === "string") {
        return { ok: true, broadcast: answer.broadcast, schema: answer.schema };
      }
      if (response.status === 200) return { ok: false, code: "hook_answer_unreadable", wrongKey: false };
      const code = typeof answer.code === "string" ? answer.code : `http_${response.status}`;
      return { ok: false, code, wrongKey: response.status === 403 };
    } catch (error) {
      return { ok: false, code: "hook_unreachable", wrongKey: false, detail: error.cause?.code ?? error.name };
    }
  }

  /** Says that a publisher left; retried, because a lost word would leave the show looking live. */
  async tellUnpublish({ broadcast, schema, session }) {
    for (const wait of [0, ...UNPUBLISH_RETRY_MS]) {
      if (wait) await pause(wait);
      try {
        const response = await this.#post("unpublish", { broadcast, schema, session });
        await response.arrayBuffer();
        if (response.ok) return true;
      } catch {
        // The next attempt, or the line below, speaks for it.
      }
    }
    this.log("unpublish.untold", { broadcast, session });
    return false;
  }
}
