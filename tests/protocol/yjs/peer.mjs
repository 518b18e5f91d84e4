// A peer on a board: the reference Yjs and its y-websocket provider, played by a test over lines of JSON.
// Each line in is {id, do, ...}; each line out answers {id, value} or {id, error}.
import { createInterface } from 'node:readline'
import WebSocket from 'ws'
import * as Y from 'yjs'
import { WebsocketProvider } from 'y-websocket'

const doc = new Y.Doc()
const elements = doc.getMap('elements')
const meta = doc.getMap('meta')
const closes = []
let updates = 0
let provider = null

doc.on('update', () => { updates += 1 })

const until = (test, what, ms = 10000) => new Promise((resolve, reject) => {
  const started = Date.now()
  const look = () => {
    if (test()) resolve(true)
    else if (Date.now() - started > ms) reject(new Error(`waited in vain for ${what}`))
    else setTimeout(look, 5)
  }
  look()
})

const toMap = (keys) => {
  const map = new Y.Map()
  for (const [key, value] of Object.entries(keys)) map.set(key, value)
  return map
}

const actions = {
  connect: ({ url, room, params = {} }) => {
    provider = new WebsocketProvider(url, room, doc, { WebSocketPolyfill: WebSocket, disableBc: true, params })
    provider.on('connection-close', (event) => { closes.push(event?.code ?? null) })
    return doc.clientID
  },
  reconnect: () => { provider.connect() },
  disconnect: () => { provider.disconnect() },
  synced: () => until(() => provider.synced, 'sync'),
  closed: ({ code }) => until(() => closes.includes(code), `close ${code}, got ${closes}`),
  draw: ({ element, keys }) => { elements.set(element, toMap(keys)) },
  set: ({ element, keys }) => {
    doc.transact(() => {
      for (const [key, value] of Object.entries(keys)) elements.get(element).set(key, value)
    })
  },
  has: ({ element, key, value }) => until(() => {
    const map = elements.get(element)
    return map !== undefined && (key === undefined || JSON.stringify(map.get(key)) === JSON.stringify(value))
  }, `${element}.${key} = ${JSON.stringify(value)}`),
  elements: () => elements.toJSON(),
  meta: () => meta.toJSON(),
  updates: () => updates,
  pending: () => doc.store.pendingStructs !== null || doc.store.pendingDs !== null,
  present: ({ state }) => { provider.awareness.setLocalState(state) },
  sees: ({ user }) => until(
    () => [...provider.awareness.getStates().values()].some((state) => state.user?.id === user), `presence of ${user}`),
  misses: ({ user }) => until(
    () => ![...provider.awareness.getStates().values()].some((state) => state.user?.id === user), `absence of ${user}`),
  states: () => [...provider.awareness.getStates().values()]
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, do: action, ...rest } = JSON.parse(line)
  try {
    const value = await actions[action](rest)
    console.log(JSON.stringify({ id, value: value ?? null }))
  } catch (error) {
    console.log(JSON.stringify({ id, error: String(error) }))
  }
}
process.exit(0)
