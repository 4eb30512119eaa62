// The page's side of /play. A refusal becomes a Refused error whose message can be shown as it is.

const PATIENCE_MS = 20_000;
/** Moving the clock and letting colleagues act take as long as all that happens on the way. */
const LONG_MS = 300_000;

/** The workspace that every call is about; the first one where it is empty. */
let team = "";

/** Let every call from now on be about this workspace. */
export function inWorkspace(id) {
  team = id;
}

const here = () => (team ? { team } : {});

export class Refused extends Error {}

/** Call /play and answer with its JSON. */
async function call(method, path, body, patience = PATIENCE_MS) {
  const response = await reach({ method, path, body, patience });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok)
    throw new Refused(answer.error ?? `The playground answered with status ${response.status}. Try again.`);
  return answer;
}

async function reach({ method, path, body, patience }) {
  const options = { method, signal: AbortSignal.timeout(patience) };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { "Content-Type": "application/json" };
  }
  try {
    return await fetch(`/play/${path}`, options);
  } catch (error) {
    throw new Refused(
      error.name === "TimeoutError"
        ? `Nothing came back within ${patience / 1000} seconds. Try again.`
        : "The playground cannot be reached. Check that it is still running.",
    );
  }
}

const get = (path, query = {}) => call("GET", `${path}?${new URLSearchParams({ ...here(), ...query })}`);
const post =
  (path, patience = PATIENCE_MS) =>
  (body = {}) =>
    call("POST", path, { ...body, ...here() }, patience);

export const state = (user) => get("state", user ? { user } : {});
/** A workspace that need not be the page's, as nobody in it sees it. */
export const stateOf = (id) => get("state", { team: id });
export const messages = (user, channel) => get("messages", { user, channel });
export const log = (after) => get("log", { after });
export const command = post("command");
export const message = post("message");
export const action = post("action");
export const submit = post("submit");
export const close = post("close");
export const lifecycle = post("lifecycle");
export const consent = () => get("consent");
export const home = post("home");
export const clock = post("clock", LONG_MS);
export const reset = post("reset");
export const stage = (user) => get("stage", user ? { user } : {});
export const script = post("script", LONG_MS);
export const addFault = post("faults");
export const clearFaults = () => call("DELETE", "faults");

/** The stream of changes for one person. */
export const changes = (user) =>
  new EventSource(`/play/changes?${new URLSearchParams({ user, ...here() })}`);
