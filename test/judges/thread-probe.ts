/** Loaded into every thread of a process that is probed: collects the thread's garbage when it is asked to. */

import { BroadcastChannel, threadId } from 'node:worker_threads'
import { type CollectedThread, GARBAGE_CHANNEL, garbageCollector, heapBytes } from './collect-garbage.ts'

const collect = garbageCollector()
const channel = new BroadcastChannel(GARBAGE_CHANNEL)
channel.unref()
channel.onmessage = (event) => {
  if ((event as { data: unknown }).data !== 'collect') return
  collect()
  channel.postMessage({ threadId, heapBytes: heapBytes() } satisfies CollectedThread)
}
