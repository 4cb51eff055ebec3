import type { LoadingEvents, LoadingProgress } from '../open-continuo.ts'
import { DownloadLine } from './download-line.ts'

type TerminalStream = Pick<NodeJS.WriteStream, 'isTTY'> & { write(text: string): unknown }

/**
 * Shows the progress of downloading and loading on one line of a terminal, which is erased at the end. Elsewhere it shows
 * downloads alone.
 */
export class LoadingLine {
  readonly #stream: TerminalStream
  readonly #download: DownloadLine

  constructor(stream: TerminalStream) {
    this.#stream = stream
    this.#download = new DownloadLine(stream)
  }

  get events(): LoadingEvents {
    return {
      onDownload: (progress) => this.#download.show(progress),
      onLoading: (engine, progress) => this.#show(`${engine}: ${describe(progress)}`),
    }
  }

  clear(): void {
    this.#show('')
  }

  #show(text: string): void {
    if (this.#stream.isTTY) this.#stream.write(`\r\u001b[2K${text}`)
  }
}

function describe(progress: LoadingProgress): string {
  if (progress.step === 'measurement') return 'measuring the best settings …'
  return `loading the model … ${Math.round(progress.share * 100)} %`
}
