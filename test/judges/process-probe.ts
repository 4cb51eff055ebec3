/**
 * Loaded into the processes of a server under test before anything of theirs (`--import`): lets another process ask
 * what they hold and how long their event loops stood still. It listens on a socket in the folder that the environment
 * names, called after the process's id, reads one word of each connection and answers with one JSON line.
 */

import { readdirSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import koffi from 'koffi'
import { GarbageCollection } from './collect-garbage.ts'
import { PROBE_FOLDER_VARIABLE, type ProbeResponses, type ProcessHolding } from './process-holding.ts'
import { StallWatch } from './stall-watch.ts'
import { ThreadTimesReader } from './thread-times.ts'

const giveBackFreeMemory = findTrim()
const allocatedBytes = findAllocatedBytes()

/** What the probe itself holds while it answers: a connection. */
const OWN_RESOURCE = 'PipeWrap'

function holding(heapBytes: number): ProcessHolding {
  const { rss } = process.memoryUsage()
  const resources: Record<string, number> = {}
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1
  resources[OWN_RESOURCE] = (resources[OWN_RESOURCE] ?? 1) - 1
  return {
    residentBytes: rss,
    heapBytes,
    nativeBytes: allocatedBytes(),
    openFiles: openFileCount(),
    resources,
  }
}

/**
 * What was freed stays with the process until the C library gives it back: a process that once held many large bodies
 * looks large for ever. Other libraries than glibc have no such function.
 */
function findTrim(): () => void {
  try {
    const trim = koffi.load('libc.so.6').func('int malloc_trim(size_t pad)')
    return () => trim(0)
  } catch {
    return () => undefined
  }
}

/** What the C library has given out and not got back, in heaps and in mappings of their own. */
function findAllocatedBytes(): () => number | null {
  try {
    const fields = 'arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost'.split(' ')
    const info = koffi.struct(Object.fromEntries(fields.map((name) => [name, 'size_t'])))
    const read = koffi.load('libc.so.6').func('mallinfo2', info, [])
    return () => {
      const { uordblks, hblkhd } = read()
      return Number(uordblks) + Number(hblkhd)
    }
  } catch {
    return () => null
  }
}

function openFileCount(): number | null {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return null
  }
}

function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** What the probe knows of its process. */
interface Probe {
  readonly watch: StallWatch
  readonly garbage: GarbageCollection
}

const RESPONSES: { [Word in keyof ProbeResponses]: (probe: Probe) => Promise<ProbeResponses[Word]> } = {
  async holding({ watch, garbage }) {
    const heapBytes = await garbage.run()
    giveBackFreeMemory()
    watch.forgive()
    return holding(heapBytes)
  },
  processorMs: async () => processorMs(),
  stalls: async ({ watch }) => watch.take(),
}

function respond(socket: Socket, probe: Probe): void {
  socket.on('error', () => undefined)
  socket.setEncoding('latin1').once('data', async (word: string) => {
    const find = RESPONSES[word as keyof ProbeResponses]
    socket.end(`${JSON.stringify(await find(probe))}\n`)
  })
}

const folder = process.env[PROBE_FOLDER_VARIABLE]
if (folder !== undefined && isMainThread) {
  const times = new ThreadTimesReader(process.pid)
  const probe = { watch: new StallWatch(() => times.read()), garbage: new GarbageCollection() }
  const server = createServer((socket) => respond(socket, probe))
  server.listen(join(folder, `${process.pid}.sock`))
  server.unref()
}
