// What the official npm client does against a server, one scenario per run: `node scenarios.mjs NAME URL`.
// Prints one line of JSON per result; a line on stdin is the test's "go on".
import { createInterface } from "node:readline";
import { ConvexClient, ConvexHttpClient } from "convex/browser";
import { anyApi as api } from "convex/server";
import { ConvexError } from "convex/values";

const [name, url] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const go = () => lines.next();
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const quiet = { logger: false };

/** Watch a query; `until` resolves with the first value that fits, now or later. */
function watch(client, query, args) {
  const seen = [];
  const waiting = new Set();
  const note = (result) => {
    seen.push(result);
    for (const look of waiting) look();
  };
  const stop = client.onUpdate(query, args, (value) => note({ value }), (error) => note({ error: describe(error) }));
  const until = (fits) =>
    new Promise((resolve) => {
      const look = () => {
        const last = seen[seen.length - 1];
        if (last !== undefined && fits(last)) {
          waiting.delete(look);
          resolve(last);
        }
      };
      waiting.add(look);
      look();
    });
  return { seen, until, stop };
}

const describe = (error) => ({
  isConvexError: error instanceof ConvexError,
  data: error instanceof ConvexError ? error.data : undefined,
  message: error.message,
});
const failureOf = async (promise) => {
  try {
    return { unexpected: await promise };
  } catch (error) {
    return describe(error);
  }
};
const token = async (subject, seconds = 3600) => (await fetch(`${url}/test/token?subject=${subject}&seconds=${seconds}`)).json();
const texts = (result) => result.value.map((row) => row.text);

const scenarios = {
  async basics() {
    const client = new ConvexClient(url, quiet);
    const room = "basics";
    const list = watch(client, api.messages.list, { room });
    say((await list.until((r) => r.value !== undefined)).value);
    const id = await client.mutation(api.messages.add, { room, text: "one" });
    say({ id, seenByThen: texts(list.seen[list.seen.length - 1]) });
    const other = new ConvexClient(url, quiet);
    await other.mutation(api.messages.add, { room, text: "two" });
    say(texts(await list.until((r) => r.value.length === 2)));
    say(await client.mutation(api.messages.nothing, {}));
    say(await client.query(api.messages.count, { room }));
    await other.close();
    await client.close();
  },
  async unchangedIsSilent() {
    const client = new ConvexClient(url, quiet);
    const watched = watch(client, api.messages.list, { room: "silent" });
    await watched.until((r) => r.value !== undefined);
    await client.mutation(api.messages.add, { room: "another", text: "x" });
    await client.mutation(api.messages.nothing, {});
    say(watched.seen.length);
    await client.close();
  },
  async values() {
    const client = new ConvexClient(url, quiet);
    const http = new ConvexHttpClient(url, quiet);
    const value = {
      null: null, true: true, int: 42, float: 1.5, negativeZero: -0, nan: NaN, infinity: -Infinity, big: 2n ** 62n, small: -1n,
      text: "grüße 🙂", bytes: new Uint8Array([0, 255, 7]).buffer, list: [1, [2, "x"], {}], object: { a: { b: null } },
    };
    for (const one of [await client.query(api.values.echo, { value }), await http.query(api.values.echo, { value })]) {
      say({
        ...one,
        negativeZero: Object.is(one.negativeZero, -0), nan: Number.isNaN(one.nan), infinity: one.infinity === -Infinity,
        big: one.big === value.big, small: one.small === value.small, bytes: [...new Uint8Array(one.bytes)],
      });
    }
    await client.close();
  },
  async errors() {
    const client = new ConvexClient(url, quiet);
    const http = new ConvexHttpClient(url, quiet);
    for (const one of [client, http]) {
      say(await failureOf(one.mutation(api.messages.refuse, { room: "errors" })));
      say(await failureOf(one.mutation(api.messages.crash, {})));
      say(await failureOf(one.query(api.messages.nowhere, {})));
      say(await failureOf(one.query(api.messages.secret, {})));
      say(await failureOf(one.mutation(api.messages.add, { room: 1 })));
      say(await failureOf(one.query(api.people.private, {})));
    }
    const failing = watch(client, api.messages.failing, { room: "failing" });
    await failing.until((r) => r.value === 0);
    await client.mutation(api.messages.add, { room: "failing", text: "x" });
    say((await failing.until((r) => r.error !== undefined)).error);
    await client.close();
  },
  async actions() {
    const client = new ConvexClient(url, quiet);
    const list = watch(client, api.messages.list, { room: "actions" });
    say(await client.action(api.messages.addTwice, { room: "actions", text: "a" }));
    say(texts(await list.until((r) => r.value?.length === 2)));
    const began = Date.now();
    await Promise.all([1, 2, 3].map(() => client.action(api.messages.wait, { seconds: 0.3 })));
    say(Date.now() - began < 800);
    await client.close();
  },
  async order() {
    const client = new ConvexClient(url, quiet);
    await Promise.all([...Array(50).keys()].map((i) => client.mutation(api.messages.add, { room: "order", text: `${i}` })));
    say((await client.query(api.messages.list, { room: "order" })).map((row) => row.text));
    await client.close();
  },
  async auth() {
    const client = new ConvexClient(url, quiet);
    const me = watch(client, api.people.me, {});
    const hidden = watch(client, api.people.private, {});
    say((await me.until((r) => r.value !== undefined)).value);
    say((await hidden.until((r) => r.error !== undefined)).error.data.code);
    const changes = [];
    client.setAuth(() => token("ann"), (is) => changes.push(is));
    say((await me.until((r) => r.value === "ann")).value);
    say((await hidden.until((r) => r.value !== undefined)).value);
    say(await client.mutation(api.people.whoWrites, {}));
    let fetched = 0;
    client.setAuth(async () => { fetched += 1; return token("bob"); }, (is) => changes.push(is));
    say((await me.until((r) => r.value === "bob")).value);
    // The client asks for a second, fresh token on its own; cleared before that is confirmed, it would sign in again.
    while (fetched < 2) await sleep(10);
    await client.mutation(api.messages.nothing, {});
    await sleep(100);
    client.client.clearAuth();
    say((await me.until((r) => r.value === null)).value);
    say(changes);
    await client.close();
  },
  async refresh() {
    const client = new ConvexClient(url, quiet);
    let fetched = 0;
    client.setAuth(() => { fetched += 1; return token("ann", 12); });
    const me = watch(client, api.people.me, {});
    await me.until((r) => r.value === "ann");
    while (fetched < 3) await sleep(50);
    say(await client.mutation(api.people.whoWrites, {}));
    say(me.seen.filter((r) => r.value !== "ann" && r.value !== null).length);
    await client.close();
  },
  async badToken() {
    const client = new ConvexClient(url, quiet);
    const changes = [];
    const ended = new Promise((resolve) => {
      client.setAuth(async () => "e30.eyJpYXQiOjEsImV4cCI6OTk5OTk5OTk5OX0.x", (is) => { changes.push(is); if (!is) resolve(); });
    });
    await ended;
    const me = watch(client, api.people.me, {});
    say((await me.until((r) => r.value !== undefined)).value);
    say(changes);
    await client.close();
  },
  async expired() {
    const client = new ConvexClient(url, quiet);
    let fetched = 0;
    // The second token lives as long as the first: the client does not know that the server holds it to be over.
    client.setAuth(async () => { fetched += 1; return token("ann", fetched < 3 ? 2 : 3600); });
    const me = watch(client, api.people.me, {});
    await me.until((r) => r.value === "ann");
    say("signed in");
    await go();
    say(await client.mutation(api.people.whoWrites, {}));
    await client.close();
  },
  async reconnect() {
    const client = new ConvexClient(url, quiet);
    const list = watch(client, api.messages.list, { room: "reconnect" });
    client.setAuth(() => token("ann"));
    const me = watch(client, api.people.me, {});
    await me.until((r) => r.value === "ann");
    await client.mutation(api.messages.add, { room: "reconnect", text: "before" });
    say("ready");
    await go();
    const queued = client.mutation(api.messages.add, { room: "reconnect", text: "while away" });
    say("queued");
    await queued;
    say(texts(list.seen[list.seen.length - 1]));
    say(await client.mutation(api.people.whoWrites, {}));
    await client.close();
  },
  async cut() {
    const client = new ConvexClient(url, quiet);
    const list = watch(client, api.messages.list, { room: "cut" });
    await list.until((r) => r.value !== undefined);
    await fetch(`${url}/test/cut`, { method: "POST" });
    const id = await client.mutation(api.messages.add, { room: "cut", text: "once" });
    say({ id, texts: texts(list.seen[list.seen.length - 1]), ids: list.seen[list.seen.length - 1].value.map((row) => row._id) });
    await client.mutation(api.messages.add, { room: "cut", text: "after" });
    say(await client.query(api.messages.count, { room: "cut" }));
    await client.close();
  },
  async pages() {
    const client = new ConvexClient(url, quiet);
    const room = "pages";
    for (const text of ["a", "b", "c"]) await client.mutation(api.messages.add, { room, text });
    const page = watch(client, api.messages.page, { room, paginationOpts: { numItems: 2, cursor: null, id: 1 } });
    const first = (await page.until((r) => r.value !== undefined)).value;
    say({ texts: first.page.map((row) => row.text), isDone: first.isDone });
    const next = { room, paginationOpts: { numItems: 2, cursor: first.continueCursor, id: 1 } };
    const rest = watch(client, api.messages.page, next);
    const second = (await rest.until((r) => r.value !== undefined)).value;
    say({ texts: second.page.map((row) => row.text), isDone: second.isDone });
    say("ready");
    await go();
    await client.mutation(api.messages.add, { room, text: "d" });
    say({
      first: (await page.until((r) => r.value !== undefined)).value.page.map((row) => row.text),
      second: (await rest.until((r) => r.value.page.length === 2)).value.page.map((row) => row.text),
    });
    say((await failureOf(client.query(api.messages.page, { room: "x", paginationOpts: { numItems: 1, cursor: "nonsense" } }))).message);
    await client.close();
  },
  async large() {
    const client = new ConvexClient(url, quiet);
    const value = await client.query(api.values.large, { size: 1_000_000 });
    say([value.length, value === "ä".repeat(1_000_000)]);
    say((await client.query(api.values.echo, { value: "x".repeat(3_000_000) })).length);
    await client.close();
  },
  async http() {
    const http = new ConvexHttpClient(url, quiet);
    say(typeof (await http.mutation(api.messages.add, { room: "http", text: "one" })));
    say((await http.query(api.messages.list, { room: "http" })).map((row) => row.text));
    say(await http.action(api.messages.addTwice, { room: "http", text: "a" }));
    say((await http.consistentQuery(api.messages.count, { room: "http" })));
    await http.mutation(api.messages.add, { room: "http", text: "later" });
    say((await http.consistentQuery(api.messages.count, { room: "http" })));
    say(await http.function("messages:count", undefined, { room: "http" }));
    http.setAuth(await token("ann"));
    say(await http.query(api.people.me, {}));
    http.setAuth("nonsense");
    say((await failureOf(http.query(api.people.me, {}))).message);
  },
};

await scenarios[name]();
process.exit(0);
