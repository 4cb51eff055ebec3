import { readdir } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import { EVENT_LOOP_DELAY_BUCKETS_SECONDS } from './duration-buckets.ts'
import { EventLoopWatch } from './event-loop-watch.ts'
import { Counter, Gauge, Histogram, type Registry } from './prometheus-client.ts'

/**
 * What this process takes of its machine. Where Prometheus has a customary name, that is used.
 *
 * @returns ends the watching of the event loop
 */
export function watchProcess(registry: Registry): () => void {
  memoryGauges(registry)
  counter(registry, 'process_cpu_seconds_total', 'Processor time, user and system.', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
  gauge(registry, 'process_start_time_seconds', 'Start time of the process since the Unix epoch.', () => {
    return performance.timeOrigin / 1000
  })
  gauge(registry, 'process_open_fds', 'Open files and sockets. Only on Linux.', openFiles)
  return watchEventLoop(registry)
}

function memoryGauges(registry: Registry): void {
  gauge(registry, 'process_resident_memory_bytes', 'Memory of this process, without its engines.', () =>
    process.memoryUsage.rss(),
  )
  gauge(registry, 'nodejs_heap_size_used_bytes', 'Heap memory in use by objects.', () => {
    return process.memoryUsage().heapUsed
  })
  gauge(registry, 'nodejs_external_memory_bytes', 'Memory of buffers outside the heap.', () => {
    return process.memoryUsage().external
  })
}

function watchEventLoop(registry: Registry): () => void {
  const delay = new Histogram({
    name: 'continuo_event_loop_delay_seconds',
    help: 'How late the event loop runs a timer.',
    buckets: EVENT_LOOP_DELAY_BUCKETS_SECONDS,
    registers: [registry],
  })
  counter(
    registry,
    'continuo_event_loop_active_seconds_total',
    'Time in which the event loop was not idle; its rate is the utilization.',
    () => performance.eventLoopUtilization().active / 1000,
  )
  const watch = new EventLoopWatch((delayMs) => delay.observe(delayMs / 1000))
  return () => watch.stop()
}

async function openFiles(): Promise<number | null> {
  try {
    return (await readdir('/proc/self/fd')).length
  } catch {
    return null
  }
}

/** A gauge whose value is read on each scrape; null leaves the metric without a value. */
function gauge(
  registry: Registry,
  name: string,
  help: string,
  read: () => number | null | Promise<number | null>,
): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      const value = await read()
      if (value === null) this.remove()
      else this.set(value)
    },
  })
}

function counter(registry: Registry, name: string, help: string, read: () => number): void {
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset()
      this.inc(read())
    },
  })
}
