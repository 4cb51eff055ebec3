import type { DownloadProgress } from '../model-files/locate-model.ts'

const BAR_WIDTH = 24
/** A terminal is not written to more often. */
const REDRAW_MS = 100
/** Elsewhere a line is written for each of these shares. */
const LINE_SHARE = 0.1
/** A rate is that of the last seconds. */
const RATE_WINDOW_MS = 5_000

type TerminalStream = Pick<NodeJS.WriteStream, 'isTTY'> & { write(text: string): unknown }

/** A moment of a download. */
interface Sample {
  readonly atMs: number
  readonly bytes: number
}

/** Shows a download: on a terminal as a bar with its rate and the time left, elsewhere as a line for every tenth. */
export class DownloadLine {
  readonly #stream: TerminalStream
  readonly #nowMs: () => number
  /** Those of the last seconds. The first of all is where an earlier download stopped, which is no part of the rate. */
  #samples: Sample[] = []
  #nextShare = 0

  constructor(stream: TerminalStream, nowMs: () => number = () => performance.now()) {
    this.#stream = stream
    this.#nowMs = nowMs
  }

  show(progress: DownloadProgress): void {
    const { bytes, totalBytes } = progress
    const isEnd = totalBytes !== null && bytes >= totalBytes
    const atMs = this.#nowMs()
    const lastMs = this.#samples.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY
    if (!isEnd && atMs - lastMs < REDRAW_MS) return
    this.#samples = [
      ...this.#samples.filter((sample) => atMs - sample.atMs <= RATE_WINDOW_MS),
      { atMs, bytes },
    ]
    if (this.#stream.isTTY) this.#showBar(progress)
    else this.#writeLine(progress)
  }

  clear(): void {
    if (this.#stream.isTTY && this.#samples.length > 0) this.#stream.write('\r\u001b[2K')
    this.#samples = []
    this.#nextShare = 0
  }

  #showBar(progress: DownloadProgress): void {
    const line = `${progress.name} ${bar(progress)}${describe(progress, this.#rate())}`
    this.#stream.write(`\r\u001b[2K${line}`)
  }

  #writeLine(progress: DownloadProgress): void {
    const { name, bytes, totalBytes } = progress
    const share = totalBytes === null ? 0 : bytes / totalBytes
    if (share < this.#nextShare) return
    this.#nextShare = (Math.floor(share / LINE_SHARE) + 1) * LINE_SHARE
    this.#stream.write(`continuo: downloading ${name}: ${describe(progress, this.#rate())}\n`)
  }

  /** Bytes in a second; null while it is not known. */
  #rate(): number | null {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)]
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return null
    return ((last.bytes - first.bytes) / (last.atMs - first.atMs)) * 1000
  }
}

function bar({ bytes, totalBytes }: DownloadProgress): string {
  if (totalBytes === null || totalBytes === 0) return ''
  const done = Math.min(BAR_WIDTH, Math.floor((bytes / totalBytes) * BAR_WIDTH))
  return `[${'#'.repeat(done)}${'.'.repeat(BAR_WIDTH - done)}] `
}

function describe({ bytes, totalBytes }: DownloadProgress, bytesPerSecond: number | null): string {
  const parts = [
    ...(totalBytes === null
      ? [amount(bytes)]
      : [`${Math.floor((bytes / totalBytes) * 100)} %`, `${amount(bytes)} of ${amount(totalBytes)}`]),
    ...(bytesPerSecond === null ? [] : [`${amount(bytesPerSecond)}/s`]),
  ]
  const hasRate = bytesPerSecond !== null && bytesPerSecond > 0 && totalBytes !== null && bytes < totalBytes
  if (hasRate) parts.push(`${duration((totalBytes - bytes) / bytesPerSecond)} left`)
  return parts.join(', ')
}

/** A number of bytes, as people read it. */
export function amount(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.round(bytes / 1e3)} kB`
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds)
  const two = (number: number) => String(number).padStart(2, '0')
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}
